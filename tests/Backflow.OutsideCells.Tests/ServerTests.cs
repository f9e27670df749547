using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Backflow.Dashboard;
using Backflow.Experiments.Exploration;
using Backflow.Runs;

namespace Backflow.OutsideCells.Tests;

/// <summary>The page's server with a cell that it has never heard of.</summary>
// The console belongs to the whole process.
[Collection("console")]
public sealed class ServerTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-outside-").FullName;
    private readonly HttpClient _client = new();
    private RunStore? _store;
    private Explorer? _explorer;
    private DashboardServer? _server;

    public async ValueTask InitializeAsync()
    {
        _store = RunStore.Open(Path.Combine(_folder, "backflow.db"));
        _explorer = new Explorer(_store);
        _server = new DashboardServer(_store, _explorer, new DashboardOptions { Port = 0 });
        await _server.Start(TestContext.Current.CancellationToken);
        _client.BaseAddress = new Uri(_server.Address.GetLeftPart(UriPartial.Authority));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server!.DisposeAsync();
        _explorer!.Dispose();
        _store!.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Store_Cells_HoldTheWordsOfTheCell()
    {
        JsonElement store = await Ask(HttpMethod.Get, "/api/store");
        JsonElement cell = store.GetProperty("cells").EnumerateArray()
            .Single(static cell => cell.GetProperty("name").GetString() == "mgu");
        Assert.Equal("MGU", cell.GetProperty("title").GetString());
        Assert.Equal("f ⊙ h", cell.GetProperty("candidateReads").GetString());
        Assert.True(cell.GetProperty("hasForgetBias").GetBoolean());
        Assert.Equal(
            ["forget", "candidate"],
            cell.GetProperty("gates").EnumerateArray().Select(static gate => gate.GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task Explorer_Cell_IsExplored()
    {
        JsonElement answer = await Ask(
            HttpMethod.Post, "/api/explorer?cell=mgu&length=20&scale=0.9&forgetBias=2&hidden=17&seed=1");
        Assert.Equal(20, answer.GetProperty("norms").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("bound").ValueKind);
        double gate = answer.GetProperty("gates").GetProperty("forget")[19].GetDouble();

        // A forget bias of 2 keeps: f takes the new state, so it is near σ(−2) = 0.12.
        Assert.InRange(gate, 0.05, 0.25);
    }

    private async Task<JsonElement> Ask(HttpMethod method, string path)
    {
        // What computes shows the token and the page's own header.
        using HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _server!.Token);
        request.Headers.Add("X-Backflow", "1");
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
