using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>Experiments that are killed go on: finished parts are not computed again, and results are the
/// same.</summary>
public sealed class ExperimentPartsTests
{
    private static readonly string[] Experiment =
        ["experiment", "copy-memory", "--quick", "--seeds", "6", "--threads", "1", "--json"];

    [Fact]
    public void Killed_ThenTheSameCommand_GoesOnInTheSameRunToTheSameResult()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder whole = new();
        string expected = Content(BackflowProcess.Run(whole.Path, Experiment));
        int parts = 0;
        for (int kill = 1; kill <= 3; kill++)
        {
            using BackflowProcess killed = BackflowProcess.Start(folder.Path, Experiment);
            parts = WaitForParts(folder.Path, parts + 1);
            killed.Kill();
            killed.WaitForEnd();
            parts = Math.Max(parts, Parts(folder.Path));
        }

        ProcessResult goneOn = BackflowProcess.Run(folder.Path, Experiment);
        Assert.True(goneOn.ExitCode == 0, goneOn.Error);
        JsonElement result = Assert.Single(goneOn.Json());
        Assert.Equal("copy-memory-0001", result.GetProperty("run").GetString());
        Assert.Equal(
            $"{parts} of 48 parts were finished before; they are not computed again.",
            result.GetProperty("reused").GetString());
        Assert.Equal(expected, Content(goneOn));
        Assert.Equal(48, Parts(folder.Path));
        Assert.Equal(
            "completed",
            Assert.Single(BackflowProcess.Run(folder.Path, "runs", "--json").Json()).GetProperty("status").GetString());
    }

    [Fact]
    public void Finished_ThenTheSameCommand_SaysSo_AndFreshComputesAll()
    {
        using TemporaryFolder folder = new();
        string[] command = ["experiment", "activation", "--quick"];
        ProcessResult first = BackflowProcess.Run(folder.Path, command);
        ProcessResult again = BackflowProcess.Run(folder.Path, [.. command, "--output", "other"]);
        ProcessResult fresh = BackflowProcess.Run(folder.Path, [.. command, "--fresh"]);

        Assert.DoesNotContain("finished before", first.Output, StringComparison.Ordinal);
        Assert.Contains(
            "6 of 6 parts were finished before; they are not computed again. --fresh computes all.", again.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "6 of 6 parts were finished before",
            File.ReadAllText(Path.Combine(folder.Path, "other", "activation-0002.html")),
            StringComparison.Ordinal);
        Assert.DoesNotContain("finished before", fresh.Output, StringComparison.Ordinal);
        Assert.Equal(
            File.ReadAllText(Path.Combine(folder.Path, "reports", "activation-0001.csv")),
            File.ReadAllText(Path.Combine(folder.Path, "other", "activation-0002.csv")));
    }

    [Fact]
    public void PartsThatCannotBeKept_AreWarnedOfAndTheExperimentEnds()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Path, "runs"));
        File.WriteAllText(Path.Combine(folder.Path, "runs", "backflow-parts"), "mine");
        ProcessResult result = BackflowProcess.Run(folder.Path, "experiment", "activation", "--quick");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("warning: Finished parts are not kept (", result.Error, StringComparison.Ordinal);
        Assert.Contains("kept as activation-0001.", result.Output, StringComparison.Ordinal);
    }

    private static string Content(ProcessResult result)
    {
        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement content = Assert.Single(result.Json()).GetProperty("result");
        return $"{content.GetProperty("findings")}{content.GetProperty("summary")}{content.GetProperty("numbers")}";
    }

    private static int WaitForParts(string folder, int count)
    {
        Assert.True(
            SpinWait.SpinUntil(() => Parts(folder) >= count, TimeSpan.FromMinutes(10)), $"Part {count} did not come.");
        return Parts(folder);
    }

    private static int Parts(string folder)
    {
        string path = Path.Combine(folder, "runs", "backflow-parts", "copy-memory-quick-1.jsonl");
        if (!File.Exists(path))
        {
            return 0;
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        return reader.ReadToEnd().Count(static character => character == '\n');
    }
}
