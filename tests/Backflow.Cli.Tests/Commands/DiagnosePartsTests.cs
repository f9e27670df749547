using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>Diagnoses that are killed go on: finished trials are not computed again, broken ones are done again and
/// never doubled.</summary>
public sealed class DiagnosePartsTests
{
    // The steps end the trials long before the budget does, and all rounds have as many: time decides nothing.
    private static readonly string[] Diagnosis =
    [
        "diagnose", "--task", "adding", "--length", "12", "--cell", "rnn-sigmoid", "--hidden", "8", "--steps", "40",
        "--threads", "1", "--budget", "60m", "--json",
    ];

    [Fact]
    public void Killed_ThenTheSameCommand_GoesOnToTheSameReport()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder whole = new();
        string expected = Content(BackflowProcess.Run(whole.Path, Diagnosis));
        int trials = 0;
        for (int kill = 1; kill <= 3; kill++)
        {
            using BackflowProcess killed = BackflowProcess.Start(folder.Path, Diagnosis);
            WaitForTrials(folder.Path, trials + 3);
            killed.Kill();
            killed.WaitForEnd();
            trials = Trials(folder.Path);
        }

        ProcessResult goneOn = BackflowProcess.Run(folder.Path, Diagnosis);
        Assert.Equal(expected, Content(goneOn));
        Assert.Equal(
            $"{trials} trials were finished before; they are not computed again.",
            goneOn.Json()[^1].GetProperty("reused").GetString());

        // Never doubled: as many runs as the unbroken diagnosis has, of the same names.
        Assert.Equal(Names(whole.Path), Names(folder.Path));
    }

    [Fact]
    public void Finished_ThenTheSameCommand_FindsEveryTrial_AndFreshComputesAll()
    {
        using TemporaryFolder folder = new();
        ProcessResult first = BackflowProcess.Run(folder.Path, Diagnosis);
        string[] runs = Names(folder.Path);
        ProcessResult again = BackflowProcess.Run(folder.Path, [.. Diagnosis, "--html", "page.html"]);

        Assert.Equal(JsonValueKind.Null, first.Json()[^1].GetProperty("reused").ValueKind);
        Assert.Contains(
            "not computed again", again.Json()[^1].GetProperty("reused").GetString()!, StringComparison.Ordinal);
        Assert.Equal(
            first.Json()[^1].GetProperty("trials").ToString(), again.Json()[^1].GetProperty("trials").ToString());
        Assert.Equal(runs, Names(folder.Path));

        ProcessResult fresh = BackflowProcess.Run(folder.Path, [.. Diagnosis, "--fresh"]);
        Assert.Equal(JsonValueKind.Null, fresh.Json()[^1].GetProperty("reused").ValueKind);
        Assert.Equal(Content(first), Content(fresh));
        Assert.Equal(2 * runs.Length, Names(folder.Path).Length);
    }

    [Fact]
    public void TrialWasDeleted_AllAreComputedAgain()
    {
        using TemporaryFolder folder = new();
        ProcessResult first = BackflowProcess.Run(folder.Path, Diagnosis);
        string run = first.Json()[^1].GetProperty("trials")[0].GetProperty("runs")[0].GetProperty("runId").GetString()!;
        Assert.Equal(0, BackflowProcess.Run(folder.Path, "runs", "delete", run, "--yes").ExitCode);
        ProcessResult again = BackflowProcess.Run(folder.Path, Diagnosis);
        Assert.Equal(JsonValueKind.Null, again.Json()[^1].GetProperty("reused").ValueKind);
        Assert.Equal(Content(first), Content(again));
    }

    // What the report says, beside how long it took and the ids of runs, which are numbered as they are made.
    private static string Content(ProcessResult result)
    {
        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement report = result.Json()[^1];
        IEnumerable<string> trials = report.GetProperty("trials").EnumerateArray().Select(static trial =>
            $"{trial.GetProperty("name")} {trial.GetProperty("steps")} "
            + string.Join(' ', trial.GetProperty("runs").EnumerateArray().Select(Numbers)));
        JsonElement confirmation = report.GetProperty("confirmation");
        return string.Join('\n', trials) + report.GetProperty("causes") + report.GetProperty("layers")
            + (confirmation.ValueKind == JsonValueKind.Null
                ? "none"
                : Numbers(confirmation.GetProperty("before")) + Numbers(confirmation.GetProperty("after")));
    }

    private static string Numbers(JsonElement run) =>
        $"{run.GetProperty("seed")}: {run.GetProperty("step")} {run.GetProperty("loss")} "
        + run.GetProperty("gradientReach");

    private static string[] Names(string folder) =>
    [
        .. BackflowProcess.Run(folder, "runs", "--all", "--json").Json()
            .Select(static run => run.GetProperty("name").GetString()!).Order(StringComparer.Ordinal),
    ];

    private static void WaitForTrials(string folder, int count)
    {
        Assert.True(
            SpinWait.SpinUntil(() => Trials(folder) >= count, TimeSpan.FromMinutes(10)),
            $"Trial {count} did not come.");
    }

    private static int Trials(string folder)
    {
        string parts = Path.Combine(folder, "runs", "backflow-parts");
        string? path = Directory.Exists(parts) ? Directory.GetFiles(parts, "diagnose-*.jsonl").SingleOrDefault() : null;
        if (path is null)
        {
            return 0;
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        return reader.ReadToEnd().Split('\n')[..^1]
            .Count(static line => line.Contains("\"key\":\"diagnose-0001/", StringComparison.Ordinal));
    }
}
