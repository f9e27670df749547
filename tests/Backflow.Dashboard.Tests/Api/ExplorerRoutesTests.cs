using System.Net;
using System.Text.Json;

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
}
