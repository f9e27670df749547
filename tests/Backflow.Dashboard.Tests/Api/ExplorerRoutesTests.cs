using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Backflow.Runs.Manifest;
using Backflow.Runs.Requests;
using Backflow.Training;

namespace Backflow.Dashboard.Tests.Api;

public sealed class ExplorerRoutesTests
{
    [Fact]
    public async Task Explorer_Default_IsTheSeedsExample()
    {
        await using Served served = await Served.Start();
        JsonElement answer = await served.Compute("/api/explorer");
        Assert.Equal(8, answer.GetProperty("norms").GetArrayLength());
        Assert.Equal(Math.Pow(0.8, 8), answer.GetProperty("initial").GetProperty("scalarFormula").GetDouble(), 1e-12);
        Assert.Equal("healthy", answer.GetProperty("verdict").GetString());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("carousel").ValueKind);
    }

    [Fact]
    public async Task Explorer_Lstm_HasGatesAndNoBound()
    {
        await using Served served = await Served.Start();
        JsonElement answer =
            await served.Compute("/api/explorer?cell=lstm&length=12&scale=1.5&forgetBias=2.5&hidden=16&seed=7");
        Assert.Equal(12, answer.GetProperty("gates").GetProperty("forget").GetArrayLength());
        Assert.Equal(12, answer.GetProperty("carousel").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("bound").ValueKind);
    }

    [Theory]
    [InlineData("explorer?cell=x")]
    [InlineData("explorer?length=1")]
    [InlineData("explorer?length=201")]
    [InlineData("explorer?hidden=257")]
    [InlineData("explorer?scale=0")]
    [InlineData("explorer?scale=NaN")]
    [InlineData("explorer?scale=x")]
    [InlineData("explorer?forgetBias=1e9")]
    [InlineData("explorer?seed=-1")]
    [InlineData("dependency?attractors=6")]
    [InlineData("dependency?example=10000")]
    public async Task Explorer_OutOfRange_IsRefused(string path)
    {
        await using Served served = await Served.Start();
        await served.Compute($"/api/{path}", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Itemised_RunWithoutCheckpoint_IsAConflictWithARemedy()
    {
        await using Served served = await Served.Start();
        JsonElement answer = await served.Compute($"/api/runs/{served.CreateRun()}/itemised", HttpStatusCode.Conflict);
        Assert.NotEmpty(answer.GetProperty("remedy").GetString()!);
    }

    /// <summary>All else alike, at most 2,000 steps, once; the run stops as others do.</summary>
    [Fact]
    public async Task UsualStart_RunWithChrono_TrainsTheSameNetworkOnceAndOneAtATime()
    {
        await using Served served = await Served.Start();
        TrainingConfiguration chrono = TrainingOptions.DefaultsOf("adding") with
        {
            Cells = ["lstm"],
            HiddenSize = 4,
            TaskOptions = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add("length", 20),
            SequenceLength = 20,
            Chrono = 20,
            Threads = 1,
            BatchSize = 256,
            Steps = 1_000_000,
        };
        string of = served.CreateRun(configuration: chrono.ToJson());
        string other = served.CreateRun(configuration: chrono.ToJson());
        string id = (await served.Compute($"/api/runs/{of}/usual-start")).GetProperty("id").GetString()!;
        Assert.Equal(id, (await served.Compute($"/api/runs/{of}/usual-start")).GetProperty("id").GetString());
        Assert.Equal(
            (chrono with { Chrono = null, ForgetBias = 1, Steps = 2000 }).ToJson(),
            served.Store.GetRun(id).ConfigurationJson);
        JsonElement refused = await served.Compute($"/api/runs/{other}/usual-start", HttpStatusCode.Conflict);
        Assert.Contains("one is trained at a time", refused.GetProperty("error").GetString(), StringComparison.Ordinal);

        await Eventually(() => served.Store.GetRun(id).LastStep > 0);
        served.Store.Requests.Ask(id, RunRequestKind.Stop);
        await Eventually(() => served.Store.GetRun(id).Status != RunStatus.Running);
        Assert.Equal(RunStatus.Interrupted, served.Store.GetRun(id).Status);
        Assert.InRange(served.Store.GetRun(id).LastStep ?? 0, 1, 1999);
        await served.Compute($"/api/runs/{other}/usual-start");
    }

    private static async Task Eventually(Func<bool> isSo)
    {
        for (int i = 0; !isSo(); i++)
        {
            Assert.True(i < 1200, "A minute was not enough.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("lstm", null)]
    [InlineData("rnn", 20.0)]
    public async Task UsualStart_RunWithoutOne_IsAConflictWithARemedy(string cell, double? chrono)
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun(
            configuration: (TrainingOptions.DefaultsOf("adding") with { Cells = [cell], Chrono = chrono }).ToJson());
        JsonElement refused = await served.Compute($"/api/runs/{id}/usual-start", HttpStatusCode.Conflict);
        Assert.Contains("has no chrono start", refused.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Single(served.Store.ListRuns());
    }
}
