using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>Sweeps that are killed or told to end go on with the same bits.</summary>
public sealed class SweepProcessTests
{
    private static readonly string[] Sweep =
    [
        "sweep", "--task", "adding", "--length", "8", "--hidden", "6", "--batch", "4", "--steps", "400",
        "--schedule", "cosine", "--log-interval", "1", "--checkpoint-interval", "50", "--validation-interval", "0",
        "--grid", "cell=rnn,gru", "--seeds", "3", "--rungs", "2", "--name", "cells", "--parallel", "2", "--json",
    ];

    private static readonly string[] Endless =
    [
        "sweep", "--task", "adding", "--length", "8", "--hidden", "6", "--batch", "4", "--steps", "100000000",
        "--grid", "cell=rnn,gru", "--name", "cells", "--parallel", "2",
    ];

    [Fact]
    public void Killed_ThenTheSameCommand_ComesToTheSameBits()
    {
        using TemporaryFolder whole = new();
        using TemporaryFolder folder = new();
        string expected = Content(BackflowProcess.Run(whole.Path, Sweep));
        for (int kill = 1; kill <= 2; kill++)
        {
            using BackflowProcess killed = BackflowProcess.Start(folder.Path, Sweep);
            WaitForCheckpoints(folder, 4 * kill);
            killed.Kill();
            killed.WaitForEnd();
        }

        ProcessResult goneOn = BackflowProcess.Run(folder.Path, Sweep);
        Assert.Equal(expected, Content(goneOn));
        Assert.Equal(Checkpoints(whole), Checkpoints(folder));
        Assert.True(goneOn.Json()[0].GetProperty("goesOn").GetBoolean());
    }

    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void SignalThatEnds_SavesEveryTrainingAndSaysHowToGoOn(string signal, int exitCode)
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.Start(folder.Path, Endless);
        process.WaitForError("2 running");
        WaitForCheckpoints(folder, 2);
        process.Signal(signal);
        ProcessResult ended = process.WaitForEnd();
        Assert.True(ended.ExitCode == exitCode, $"{ended.ExitCode}: {ended.Error}");
        Assert.Contains("Go on with:  backflow sweep resume cells", ended.Output, StringComparison.Ordinal);
        Assert.Contains("2 trainings: 2 interrupted.", ended.Output, StringComparison.Ordinal);
        Assert.All(
            ["rnn-0001", "gru-0001"],
            run => Assert.False(folder.NewestCheckpoint(run).EndsWith("-0.safetensors", StringComparison.Ordinal)));
    }

    [Fact]
    public void Cancel_FromAnotherTerminal_EndsItAndSecondProcessIsRefused()
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.Start(folder.Path, Endless);
        process.WaitForError("2 running");
        ProcessResult second = BackflowProcess.Run(folder.Path, Endless);
        Assert.Equal(2, second.ExitCode);
        Assert.Contains("A process is at work on sweep cells already.", second.Error, StringComparison.Ordinal);
        Assert.Contains(
            "A process works on it.", BackflowProcess.Run(folder.Path, "sweep", "status", "cells").Output,
            StringComparison.Ordinal);
        ProcessResult cancelled = BackflowProcess.Run(folder.Path, "sweep", "cancel", "cells");
        Assert.Contains(
            "Sweep cells will end with checkpoints. Go on later:  backflow sweep resume cells", cancelled.Output,
            StringComparison.Ordinal);
        ProcessResult ended = process.WaitForEnd();
        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("It was cancelled; checkpoints are saved.", ended.Output, StringComparison.Ordinal);
    }

    private static string Content(ProcessResult result)
    {
        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement report = result.Json()[^1].GetProperty("report");
        return $"{report.GetProperty("points")}{report.GetProperty("importance")}"
            + string.Concat(report.GetProperty("members").EnumerateArray().Select(static member =>
                $"{member.GetProperty("name")} {member.GetProperty("status")} {member.GetProperty("value")}"));
    }

    private static IEnumerable<string> Files(TemporaryFolder folder)
    {
        string path = Path.Combine(folder.Path, "runs", "backflow-checkpoints");
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*.safetensors", SearchOption.AllDirectories) : [];
    }

    // The newest checkpoint of each run, whose order in the store depends on chance, by what is in it.
    private static IEnumerable<string> Checkpoints(TemporaryFolder folder) => Files(folder)
        .GroupBy(static file => Path.GetDirectoryName(file)!)
        .Select(static run => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
            File.ReadAllBytes(run.Order(StringComparer.Ordinal).Last()))))
        .Order(StringComparer.Ordinal);

    private static void WaitForCheckpoints(TemporaryFolder folder, int count) => Assert.True(
        SpinWait.SpinUntil(() => Files(folder).Count() >= count, TimeSpan.FromMinutes(5)),
        $"Checkpoint {count} did not come.");
}
