using System.Text.Json;
using Backflow.Cli.Commands;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>Diagnoses that recommend nothing: because the task is learnt, or because time was short.</summary>
public sealed class DiagnosisEndTests
{
    [Fact]
    public void LearntRun_SaysSoWithItsNumbers_AndProposesNothing()
    {
        using TemporaryFolder folder = new();
        ProcessResult trained = BackflowProcess.Run(
            folder.Path,
            [
                "train", "--task", "echo", "--lag", "1", "--alphabet", "2", "--cell", "gru", "--hidden", "16",
                "--lr", "0.02", "--steps", "200", "--threads", "1",
            ]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        ProcessResult result = BackflowProcess.Run(
            folder.Path, "diagnose", "gru-0001", "--json", "--html", "page.html");
        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement report = result.Json()[^1];
        Assert.True(report.GetProperty("isLearnt").GetBoolean());
        Assert.InRange(report.GetProperty("validationLoss").GetDouble(), 0, 0.0693);
        Assert.Equal(0, report.GetProperty("causes").GetArrayLength());
        Assert.Equal(0, report.GetProperty("trials").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("longerCommand").ValueKind);

        string said = BackflowProcess.Run(folder.Path, "diagnose", "gru-0001").Output;
        Assert.Contains("The task is learnt, and nothing has to be changed: the validation loss is ", said,
            StringComparison.Ordinal);
        Assert.DoesNotContain("budget", said, StringComparison.Ordinal);
        string page = File.ReadAllText(Path.Combine(folder.Path, "page.html"));
        Assert.Contains("The task is learnt", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Causes", page, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingLearntInTime_SaysSo_AndPrintsTheCommandWithALargerBudget()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path,
            [
                "diagnose", "--task", "copy-memory", "--lag", "1000", "--cell", "rnn", "--hidden", "8",
                "--threads", "1", "--budget", "3s",
            ]);
        Assert.True(result.ExitCode == 0, result.Error);

        // A busy machine may leave no time for any remedy.
        Assert.Matches(
            "None of the remedies in the table .* helped within the budget of 3 seconds: the lowest loss is "
            + "|No remedy was tried before the budget of 3 seconds ended",
            result.Output.ReplaceLineEndings(" "));
        Assert.Contains(
            "Try a larger budget:  backflow diagnose --task copy-memory --lag 1000 --cell rnn --hidden 8 --threads 1 "
            + "--budget 12s",
            result.Output.ReplaceLineEndings(" "),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backflow diagnose rnn-0001", "2m", "backflow diagnose rnn-0001 --budget 8m")]
    [InlineData("backflow diagnose a --budget 90s --json", "90s", "backflow diagnose a --json --budget 360s")]
    [InlineData("backflow diagnose a --budget=90s --json", "90s", "backflow diagnose a --json --budget 360s")]
    [InlineData("backflow diagnose a --budget:90s", "90s", "backflow diagnose a --budget 360s")]
    [InlineData("backflow diagnose --text 'my book'", "0.5h", "backflow diagnose --text 'my book' --budget 2h")]
    [InlineData("backflow diagnose rnn-0001 --budget 6h", "6h", null)]
    [InlineData("backflow diagnose rnn-0001 --budget 0", "0", null)]
    public void Enlarge_TypedCommand_HasFourTimesItsBudget(string typed, string budget, string? expected) =>
        Assert.Equal(expected, TrialBudget.Read(budget).Enlarge(typed));
}
