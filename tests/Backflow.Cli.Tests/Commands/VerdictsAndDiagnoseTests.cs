using System.Text.Json;
using Backflow.Cli.Tests.Options;
using Backflow.Runs;
using Backflow.Training;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>What verdicts do to a run, and backflow diagnose, as processes.</summary>
public sealed class VerdictsAndDiagnoseTests
{
    // The name of the drawings' language, which no browser fetches.
    private const string SvgNamespace = "http://www.w3.org/2000/svg";

    private static readonly string[] Unhealthy =
    [
        "train", "--task", "adding", "--length", "30", "--cell", "rnn-sigmoid", "--hidden", "16", "--steps", "60",
        "--threads", "1", "--json",
    ];

    private static readonly string[] Exploding =
    [
        "train", "--task", "adding", "--length", "30", "--cell", "rnn-relu", "--init", "spectral-radius",
        "--gain", "1.3", "--hidden", "32", "--lr", "0.1", "--clip", "0", "--steps", "60", "--threads", "1", "--json",
    ];

    [Fact]
    public void Train_UnhealthyRun_SaysWhatWhereAndWhichCommandHelps()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, Unhealthy);

        Assert.Equal(0, result.ExitCode);
        JsonElement verdict = result.Json().First(static line => Name(line) == "spectral-regime");
        Assert.Equal("warning", verdict.GetProperty("severity").GetString());
        Assert.Equal(0, verdict.GetProperty("layer").GetInt32());
        string command = verdict.GetProperty("remedies")[0].GetProperty("command").GetString()!;
        Assert.StartsWith("backflow train --task adding --length 30 --cell rnn", command, StringComparison.Ordinal);
        string[] words = command.Split(' ')[1..];
        ProcessResult remedy = BackflowProcess.Run(folder.Path, [.. words, "--json"]);
        Assert.True(remedy.ExitCode == 0, remedy.Error);
        ProcessResult shown = BackflowProcess.Run(folder.Path, "runs", "show", "rnn-sigmoid-0001");
        Assert.Contains("Spectral regime", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_StopOnVerdict_EndsWithCheckpointAndExitCode1()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, [.. Unhealthy, "--on-verdict", "stop"]);

        Assert.Equal(1, result.ExitCode);
        JsonElement end = result.Json()[^1];
        Assert.Equal("stopped", end.GetProperty("status").GetString());
        Assert.InRange(end.GetProperty("step").GetInt64(), 1, 59);

        // As it was, the next verdict stops it again; the printed command goes past it.
        string[] resume = ["resume", "rnn-sigmoid-0001", "--json"];
        Assert.Equal(1, BackflowProcess.Run(folder.Path, resume).ExitCode);
        JsonElement past = BackflowProcess.Run(folder.Path, [.. resume, "--on-verdict", "warn"]).Json()[^1];
        Assert.Equal(("completed", 60L), (past.GetProperty("status").GetString(), past.GetProperty("step").GetInt64()));
        ProcessResult text = BackflowProcess.Run(
            folder.Path, [.. Unhealthy[..^1], "--on-verdict", "stop"]);
        Assert.Contains("resume rnn-sigmoid-0002 --on-verdict warn", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_RollbackOnVerdict_GoesBackWithAGentlerStepAndLearns()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, [.. Exploding, "--on-verdict", "rollback"]);

        Assert.True(result.ExitCode == 0, result.Error);
        List<JsonElement> lines = result.Json();
        Assert.Contains(lines, static line => Kind(line) == "warning"
            && line.GetProperty("message").GetString()!.Contains("learning rate of 0.05", StringComparison.Ordinal));
        Assert.Equal("completed", lines[^1].GetProperty("status").GetString());
        Assert.True(lines[^1].GetProperty("trainingLossNats").GetDouble() < 1);
        ProcessResult shown = BackflowProcess.Run(folder.Path, "runs", "show", "rnn-relu-0001");
        Assert.Contains("Rolled back", shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--verdict", "vanishing=1", "There is no rule 'vanishing'")]
    [InlineData("--verdict", "non-finite.threshold=x", "is no setting of the rule non-finite")]
    [InlineData("--on-verdict", "panic", "--on-verdict must be one of warn, stop, rollback")]
    public void Train_WrongSetting_SaysWhatIsAllowed(string option, string value, string expected)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, [.. Unhealthy, option, value]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnose_Run_MeasuresItAtItsCheckpointAndWritesThePage()
    {
        using TemporaryFolder folder = new();
        BackflowProcess.Run(folder.Path, Unhealthy);
        ProcessResult result = BackflowProcess.Run(
            folder.Path, "diagnose", "rnn-sigmoid-0001", "--budget", "0", "--json", "--html", "page.html");

        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement report = Assert.Single(result.Json());
        Assert.Equal(60, report.GetProperty("step").GetInt64());
        Assert.Equal(29, report.GetProperty("dependency").GetInt32());
        Assert.InRange(report.GetProperty("layers")[0].GetProperty("horizon").GetInt32(), 0, 8);
        JsonElement cause = report.GetProperty("causes")[0];
        Assert.Equal("gradient-vanishes", cause.GetProperty("name").GetString());
        Assert.Contains("activation derivative", cause.GetProperty("meaning").GetString(), StringComparison.Ordinal);
        Assert.True(cause.GetProperty("evidence")[0].GetProperty("value").GetDouble() < 0);
        Assert.InRange(report.GetProperty("gradientReach").GetDouble(), 0, 8);
        Assert.InRange(report.GetProperty("effectiveContext").GetDouble(), 0, 29);
        string page = File.ReadAllText(Path.Combine(folder.Path, "page.html"));
        Assert.Contains("Gradient reach ", page, StringComparison.Ordinal);
        string withoutNamespace = page.Replace(SvgNamespace, string.Empty, StringComparison.Ordinal);
        Assert.DoesNotContain("http", withoutNamespace, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnose_Configuration_FindsARemedyThatIsBetter()
    {
        // The steps end the trials long before the budget does, however busy the machine is.
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path,
            [
                "diagnose", "--task", "adding", "--length", "12", "--cell", "rnn-sigmoid", "--hidden", "16",
                "--steps", "250", "--threads", "1", "--budget", "60m", "--json",
            ]);

        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement report = result.Json()[^1];
        JsonElement best = report.GetProperty("best");
        JsonElement before = report.GetProperty("trials").EnumerateArray()
            .First(static trial => trial.GetProperty("name").GetString() == "as it is");
        Assert.True(best.GetProperty("loss").GetDouble() < before.GetProperty("loss").GetDouble());
        Assert.True(Reach(best) > Reach(before));
        Assert.Equal(2, best.GetProperty("runs").GetArrayLength());

        // What is recommended held with a seed that took no part in the choice.
        JsonElement confirmation = report.GetProperty("confirmation");
        Assert.Equal(best.GetProperty("name").GetString(), confirmation.GetProperty("name").GetString());
        Assert.DoesNotContain(
            confirmation.GetProperty("seed").GetUInt64(),
            best.GetProperty("runs").EnumerateArray().Select(static run => run.GetProperty("seed").GetUInt64()));
        Assert.True(Loss(confirmation.GetProperty("after")) < Loss(confirmation.GetProperty("before")));

        // The printed command, stopped where the trial was measured, is the trial.
        JsonElement trial = best.GetProperty("runs")[0];
        string[] words = best.GetProperty("command").GetString()!.Split(' ')[1..];
        int steps = Array.IndexOf(words, "--steps");
        Assert.Equal("250", words[steps + 1]);
        words[steps + 1] = $"{trial.GetProperty("step").GetInt64()}";
        ProcessResult adopted = BackflowProcess.Run(folder.Path, [.. words, "--json"]);
        Assert.True(adopted.ExitCode == 0, adopted.Error);
        Assert.Equal(Loss(trial), adopted.Json()[^1].GetProperty("validationLossNats").GetDouble());

        // And the trial's own run can be gone on with.
        string kept = trial.GetProperty("runId").GetString()!;
        Assert.Equal(0, BackflowProcess.Run(folder.Path, "runs", "show", kept).ExitCode);
    }

    [Theory]
    [InlineData("copy-memory", "rnn")]
    [InlineData("adding", "lstm")]
    public void Diagnose_EveryTrial_IsWhatItsCommandTrains(string task, string cell)
    {
        // Two steps per trial: this is about configurations, not about learning.
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path,
            [
                "diagnose", "--task", task, "--cell", cell, "--hidden", "4", "--batch-size", "2", "--steps", "2",
                "--clip-norm", "5", "--threads", "1", "--budget", "60m", "--json",
            ]);
        Assert.True(result.ExitCode == 0, result.Error);
        using RunStore store = RunStore.OpenExisting(Path.Combine(folder.Path, "runs", "backflow.db"));
        List<JsonElement> trials = [.. result.Json()[^1].GetProperty("trials").EnumerateArray()];
        Assert.True(trials.Count > 10, $"{trials.Count} trials.");
        foreach (JsonElement trial in trials)
        {
            JsonElement run = trial.GetProperty("runs")[0];
            string kept = store.FindRun(run.GetProperty("runId").GetString()!).ConfigurationJson;
            TrainingConfiguration printed = Configuration(trial.GetProperty("command").GetString()!);
            TrainingConfiguration trained = TrainingConfiguration.FromJson(kept);
            printed = printed with
            {
                SequenceLength = trained.SequenceLength,
                CarryState = false,
                Threads = trained.Threads,
            };
            Assert.Equal(trained.ToJson(), printed.ToJson());
        }
    }

    // A network that only needs a larger rate is told so, and not that its gates are at fault.
    [Fact]
    public void Diagnose_RateTooSmall_NamesTheRateFirst()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path,
            [
                "diagnose", "--task", "adding", "--length", "12", "--cell", "gru", "--hidden", "8", "--steps", "30",
                "--lr", "1e-6", "--threads", "1", "--budget", "60m", "--json",
            ]);
        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement cause = result.Json()[^1].GetProperty("causes")[0];
        Assert.Equal("learning-rate-too-small", cause.GetProperty("name").GetString());
    }

    [Fact]
    public void Diagnose_OptionWithoutEffect_IsNamed()
    {
        using TemporaryFolder folder = new();
        string[] command =
            ["diagnose", "--task", "adding", "--length", "12", "--hidden", "4", "--log-interval", "5", "--lr", "0.01"];
        string said = BackflowProcess.Run(folder.Path, [.. command, "--budget", "0"]).Error;
        Assert.Contains(
            "warning: --log-interval has no effect: a diagnosis prints no line", said, StringComparison.Ordinal);
        Assert.Contains(
            "warning: --learning-rate has no effect: with --budget 0 nothing is trained.",
            said,
            StringComparison.Ordinal);

        // Printed, the configuration is for a training, in which they count.
        ProcessResult printed = BackflowProcess.Run(folder.Path, [.. command, "--budget", "0", "--print-config"]);
        Assert.Empty(printed.Error);
        Assert.Contains("log-interval = 5", printed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnose_WrongBudget_SaysWhatIsAllowed()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, "diagnose", "--budget", "soon");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("90s, 2m or 1h", result.Error, StringComparison.Ordinal);
    }

    private static double Reach(JsonElement trial) =>
        trial.GetProperty("runs")[0].GetProperty("gradientReach").GetDouble();

    private static double Loss(JsonElement run) => run.GetProperty("loss").GetDouble();

    private static TrainingConfiguration Configuration(string command) => TrainCommandLine.Of(command);

    private static string? Kind(JsonElement line) => line.GetProperty("event").GetString();

    private static string? Name(JsonElement line) =>
        Kind(line) == "verdict" ? line.GetProperty("verdict").GetString() : null;
}
