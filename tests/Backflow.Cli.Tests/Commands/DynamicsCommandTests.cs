using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow dynamics as a process, on one trained run.</summary>
public sealed class DynamicsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DynamicsCommandTests()
    {
        ProcessResult result = BackflowProcess.Run(
            _folder.Path,
            "train", "--task", "echo", "--lag", "4", "--cell", "rnn", "--hidden", "8", "--steps", "10");
        Assert.True(result.ExitCode == 0, result.Error);
    }

    [Fact]
    public void Dynamics_Run_SaysWhatFollowsWithItsNumbers()
    {
        ProcessResult result = BackflowProcess.Run(_folder.Path, "dynamics", "rnn-0001");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Matches(@"Layer 0: a gradient (shrinks by half|grows ×)", result.Output);
        Assert.Matches(@"Lyapunov exponents, nats per timestep: \S+ ± \S+,", result.Output);
        Assert.Contains("Mean ± standard error over 8 sequences", result.Output, StringComparison.Ordinal);
        Assert.Contains("singular values", result.Output, StringComparison.Ordinal);
        Assert.Contains("bound", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Dynamics_Json_HasTheNumbersOfTheText()
    {
        ProcessResult result = BackflowProcess.Run(_folder.Path, "dynamics", "rnn-0001", "--timestep", "0", "--json");
        JsonElement line = Assert.Single(result.Json());
        Assert.Equal(0, line.GetProperty("timestep").GetInt32());
        JsonElement layer = Assert.Single(line.GetProperty("layers").EnumerateArray());
        Assert.Equal(64, layer.GetProperty("jacobian").GetArrayLength());
        Assert.Equal(8, layer.GetProperty("lyapunov").GetProperty("exponents").GetArrayLength());
        string text = BackflowProcess.Run(_folder.Path, "dynamics", "rnn-0001", "--timestep", "0").Output;
        Assert.Contains(layer.GetProperty("sentence").GetString()!, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--layer", "1", "error: --layer must be from 0 to 0 in run rnn-0001, got 1.", "--layer 0")]
    [InlineData("--timestep", "99", "error: --timestep must be from 0 to", "--timestep ")]
    [InlineData("--step", "3", "error: --step must be that of a checkpoint of run rnn-0001: 0, 10;", "--step 0")]
    public void Dynamics_WhatTheRunHasNot_ExitsTwoWithACommandThatWorks(
        string option, string value, string error, string remedy)
    {
        ProcessResult result = BackflowProcess.Run(_folder.Path, "dynamics", "rnn-0001", option, value);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
        Assert.Contains($"try: backflow dynamics rnn-0001 {remedy}", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        string corrected = result.Error.Split("try: backflow ")[1].Trim();
        Assert.Equal(0, BackflowProcess.Run(_folder.Path, corrected.Split(' ')).ExitCode);
    }

    [Fact]
    public void Dynamics_NoSuchRun_ExitsTwo()
    {
        ProcessResult result = BackflowProcess.Run(_folder.Path, "dynamics", "gru-0009");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("There is no run 'gru-0009'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Dynamics_NoCheckpoint_ExitsOneWithAWayOut()
    {
        Directory.Delete(Path.Combine(_folder.Path, "runs", "backflow-checkpoints"), recursive: true);
        ProcessResult result = BackflowProcess.Run(_folder.Path, "dynamics", "rnn-0001");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("checkpoint", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
