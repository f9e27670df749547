using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Backflow.Dashboard.Page;
using Backflow.Dashboard.Tests.Live;
using Backflow.Experiments.Exploration;
using Backflow.Runs;
using Backflow.Runs.Manifest;

namespace Backflow.Dashboard.Tests;

/// <summary>A store of one test and a server over it, asked over real HTTP.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-dashboard-").FullName;
    private readonly Explorer _explorer;
    private readonly SocketsHttpHandler _handler = new() { AllowAutoRedirect = false, UseCookies = false };

    private Served(DashboardOptions options, PageFiles page, long? dependencySteps)
    {
        Store = RunStore.Open(Path.Combine(_folder, "backflow.db"));
        _explorer = new Explorer(Store, dependencySteps: dependencySteps);
        Server = new DashboardServer(Store, _explorer, options) { Page = page };
        Client = new HttpClient(_handler);
    }

    public RunStore Store { get; }

    public DashboardServer Server { get; private set; }

    public HttpClient Client { get; }

    public static async Task<Served> Start(
        DashboardOptions? options = null, PageFiles? page = null, long? dependencySteps = null)
    {
        Served served = new(options ?? new DashboardOptions { Port = 0 }, page ?? PageFiles.Embedded, dependencySteps);
        try
        {
            await served.Server.Start(TestContext.Current.CancellationToken);
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }

        served.Client.BaseAddress = new Uri(served.Server.Address.GetLeftPart(UriPartial.Authority));
        return served;
    }

    /// <summary>Another server over the same store, at the same port, after the first one was stopped.</summary>
    public async Task StartAgain()
    {
        Server = new DashboardServer(Store, _explorer, new DashboardOptions { Port = Server.Address.Port });
        await Server.Start(TestContext.Current.CancellationToken);
    }

    public string CreateRun(
        string prefix = "lstm", string configuration = """{"steps":500,"hiddenSize":8}""", string? name = null) =>
        Store.CreateRun(new RunDescription
        {
            Prefix = prefix,
            Name = name,
            Task = "adding",
            Cell = prefix,
            ConfigurationJson = configuration,
            Seed = ulong.MaxValue,
            ProductVersion = "0.1.0",
            Machine = "test",
            CommandLine = "backflow train",
        }).Id;

    public async Task<HttpResponseMessage> Send(
        HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = null;
        }

        foreach ((string name, string value) in headers)
        {
            if (name == "Content-Type")
            {
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await Client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>A change as the page sends it, with the token, and with what a browser says beside it.</summary>
    public Task<HttpResponseMessage> Change(
        HttpMethod method, string path, string body = "{}", params (string Name, string Value)[] beside) => Send(
        method, path, body, [("Content-Type", "application/json"), ("X-Backflow", "1"), Authorization, .. beside]);

    /// <summary>What shows the token.</summary>
    public (string Name, string Value) Authorization => ("Authorization", $"Bearer {Server.Token}");

    /// <summary>A session of its own, as opening the printed address begins one.</summary>
    public async Task<(string Name, string Value)> Session()
    {
        using HttpResponseMessage first = await Send(HttpMethod.Get, $"/?token={Server.Token}");
        return ("Cookie", Assert.Single(first.Headers.GetValues("Set-Cookie")).Split(';')[0]);
    }

    /// <summary>What the server computes.</summary>
    public async Task<JsonElement> Compute(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using HttpResponseMessage response = await Change(HttpMethod.Post, path);
        return await Json(response, status);
    }

    public async Task<JsonElement> Get(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using HttpResponseMessage response = await Send(HttpMethod.Get, path);
        return await Json(response, status);
    }

    public static async Task<JsonElement> Json(HttpResponseMessage response, HttpStatusCode status)
    {
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode} instead of {(int)status}: {text}");
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>
    /// A request that the end of the server has cut off may still be reading the store, which makes files there.
    /// </summary>
    private async Task DeleteFolder()
    {
        using CancellationTokenSource patience = new(EventReader.Patience);
        while (Directory.Exists(_folder))
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
            }
            catch (IOException) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _handler.Dispose();
        await Server.DisposeAsync();
        _explorer.Dispose();
        Store.Dispose();
        await DeleteFolder();
    }
}
