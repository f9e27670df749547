using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow train --task as processes.</summary>
public sealed class TrainTaskTests
{
    private static readonly string[] Small =
        ["--hidden", "12", "--batch", "8", "--json", "--log-interval", "10", "--validation-interval", "20"];

    [Theory]
    [InlineData("copy-memory", "rnn", "--lag", "3")]
    [InlineData("adding", "lstm", "--length", "10")]
    [InlineData("temporal-order", "gru", "--length", "12")]
    [InlineData("agreement", "gru-reset-before", "--length", "20")]
    [InlineData("brackets", "rnn-relu", "--length", "10")]
    [InlineData("echo", "rnn-sigmoid", "--lag", "2")]
    [InlineData("digits", "lstm", "--seed", "2")]
    public void Train_EveryTaskAndCell_PrintsLossAndSuccessBesideTheBaselines(
        string task, string cell, string option, string value)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path, ["train", "--task", task, option, value, "--cell", cell, "--steps", "40", .. Small]);

        Assert.True(result.ExitCode == 0, result.Error);
        List<JsonElement> lines = result.Json();
        Assert.Equal("task", lines[0].GetProperty("event").GetString());
        Assert.InRange(lines[0].GetProperty("memorylessLoss").GetDouble(), 0.01, 10);
        JsonElement end = lines[^1];
        Assert.Equal("completed", end.GetProperty("status").GetString());
        Assert.InRange(end.GetProperty("validationSuccess").GetDouble(), 0, 1);
        Assert.True(end.GetProperty("chanceSuccess").GetDouble() > 0);
        Assert.True(end.GetProperty("validationLossNats").GetDouble() > 0);
    }

    [Fact]
    public void Resume_TaskFromAnOlderCheckpoint_ReachesTheSameBits()
    {
        using TemporaryFolder folder = new();
        string[] train = ["train", "--task", "adding", "--length", "12", "--checkpoint-interval", "20", .. Small];
        Assert.Equal(0, BackflowProcess.Run(folder.Path, [.. train, "--steps", "60"]).ExitCode);
        Assert.Equal(0, BackflowProcess.Run(folder.Path, [.. train, "--steps", "60", "--threads", "2"]).ExitCode);
        ProcessResult resumed = BackflowProcess.Run(folder.Path, "resume", "lstm-0002", "--from-step", "40", "--json");

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(Tensors(folder.NewestCheckpoint("lstm-0001")), Tensors(folder.NewestCheckpoint("lstm-0002")));
    }

    [Fact]
    public void Generate_RunOfATask_IsRefusedWithASentence()
    {
        using TemporaryFolder folder = new();
        BackflowProcess.Run(folder.Path, ["train", "--task", "echo", "--lag", "2", "--steps", "10", .. Small]);
        ProcessResult result = BackflowProcess.Run(folder.Path, "generate", "lstm-0001");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("was trained on the task echo", result.Error, StringComparison.Ordinal);
    }

    private static string Tensors(string checkpoint)
    {
        byte[] bytes = File.ReadAllBytes(checkpoint);
        return Convert.ToHexString(bytes.AsSpan(8 + (int)BitConverter.ToUInt64(bytes, 0)));
    }
}
