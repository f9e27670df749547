using System.Net;
using System.Text.Json;

namespace Backflow.Dashboard.Tests.Api;

public sealed class DynamicsRouteTests
{
    [Fact]
    public async Task Dynamics_TrainedRun_MeasuresTheNearestCheckpoint()
    {
        await using Served served = await Served.Start();
        string id = TrainedRun.Train(served);
        JsonElement newest = await served.Compute($"/api/runs/{id}/dynamics");
        Assert.Equal(20, newest.GetProperty("step").GetInt64());
        JsonElement start = await served.Compute($"/api/runs/{id}/dynamics?step=3&layer=1&timestep=0");
        Assert.Equal(0, start.GetProperty("step").GetInt64());
        Assert.Equal(0, start.GetProperty("timestep").GetInt32());
        JsonElement layer = start.GetProperty("layer");
        Assert.Equal(1, layer.GetProperty("layer").GetInt32());
        Assert.Equal(6, layer.GetProperty("stateSize").GetInt32());
        Assert.Equal(4 * 36, start.GetProperty("jacobian").GetBytesFromBase64().Length);
        Assert.Equal(6, layer.GetProperty("eigenvalues").GetArrayLength());
        Assert.Equal(8, layer.GetProperty("lyapunov").GetProperty("sequences").GetInt32());
        Assert.True(layer.GetProperty("boundPerTimestep").GetDouble() > 0);
        Assert.NotEmpty(layer.GetProperty("sentence").GetString()!);
    }

    [Theory]
    [InlineData("layer=2", HttpStatusCode.Conflict)]
    [InlineData("timestep=24", HttpStatusCode.Conflict)]
    [InlineData("timestep=-1", HttpStatusCode.BadRequest)]
    [InlineData("step=x", HttpStatusCode.BadRequest)]
    public async Task Dynamics_WhatTheRunHasNot_IsRefusedWithARemedy(string query, HttpStatusCode status)
    {
        await using Served served = await Served.Start();
        JsonElement answer = await served.Compute($"/api/runs/{TrainedRun.Train(served)}/dynamics?{query}", status);
        Assert.NotEmpty(answer.GetProperty("remedy").GetString()!);
    }

    [Fact]
    public async Task Dynamics_RunWithoutCheckpoint_IsAConflict()
    {
        await using Served served = await Served.Start();
        JsonElement answer =
            await served.Compute($"/api/runs/{served.CreateRun()}/dynamics?step=4", HttpStatusCode.Conflict);
        Assert.Contains("no checkpoint", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dynamics_StateTooLarge_SaysHowLargeItMayBe()
    {
        await using Served served = await Served.Start();
        string id = TrainedRun.Train(served, hiddenSize: 513, steps: 1);
        JsonElement answer = await served.Compute($"/api/runs/{id}/dynamics", HttpStatusCode.Conflict);
        string error = answer.GetProperty("error").GetString()!;
        Assert.Contains("has 513 numbers; up to 512", error, StringComparison.Ordinal);
    }
}
