using System.Collections.Immutable;
using System.Text.Json;
using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class VerdictMonitorTests
{
    [Fact]
    public void Scalar_NothingFires_AllocatesNothing()
    {
        VerdictMonitor monitor = new(MonitorSetup.Context(Cells.Lstm));
        float[] norms = MonitorSetup.Norms(0.98);
        int step = 0;
        void FeedSteps()
        {
            for (int i = 0; i < 200; i++)
            {
                Feed(monitor, norms, step++);
            }
        }

        FeedSteps();
        Assert.Equal(0, Allocations.Least(FeedSteps));
    }

    [Fact]
    public void TryWith_Settings_ChangeTheRuleAlone()
    {
        VerdictOptions? options = new();
        Assert.True(options.TryWith("vanishing-over-time.threshold=1e-9", out options, out string? problem), problem);
        Assert.True(options.TryWith("vanishing-over-time.patience=5", out options, out problem), problem);
        Assert.True(options.TryWith("horizon-too-short=off", out options, out problem), problem);
        Assert.Empty(new MonitorSetup(options: options).StandingStill()
            .Rows("total-gradient-norm", MonitorSetup.Norms(0.8)).Verdicts);
        Assert.Equal(
            10,
            new MonitorSetup(options: options).StandingStill().Rows("total-gradient-norm", MonitorSetup.Norms(0.5))
                .Only("vanishing-over-time").Step);
    }

    [Fact]
    public void TryWith_EveryRule_HasSettableNumbersASourceAndARemedy() => Assert.All(
        VerdictCatalogue.All,
        static rule =>
        {
            VerdictOptions? options = new();
            foreach (string setting in (string[])["threshold", "patience", "cool-down"])
            {
                Assert.True(options.TryWith($"{rule.Name}.{setting}=7", out options, out string? problem), problem);
            }

            Assert.Equal(new RuleOptions(7, 7, 7), options.Of(rule));
            Assert.True(options.TryWith($"{rule.Name}=off", out options, out _));
            Assert.False(options.Of(rule).IsEnabled);
            Assert.NotEmpty(rule.Source);
            Assert.NotEmpty(rule.Proposes);
        });

    [Theory]
    [InlineData("vanishing=1", "There is no rule 'vanishing'")]
    [InlineData("non-finite", "is no setting")]
    [InlineData("non-finite.threshold=much", "is no setting")]
    [InlineData("non-finite.patience=-1", "is no setting")]
    [InlineData("non-finite.colour=1", "is no setting")]
    public void TryWith_NoSetting_SaysWhatIsAllowed(string setting, string expected)
    {
        Assert.False(new VerdictOptions().TryWith(setting, out _, out string? problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    // The rule speaks at step 30, and is silent up to step 530.
    [Theory]
    [InlineData(30, true, 530)]
    [InlineData(29, true, 70)]
    [InlineData(30, false, 70)]
    public void RecallSpoken_RunThatGoesOnFromAnOlderStep_RepeatsWhatWasForgottenAlone(
        long lastStep, bool isKept, long expected)
    {
        MonitorSetup setup = new MonitorSetup().StandingStill()
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.8), steps: 60);
        Assert.Equal(30, setup.Only("vanishing-over-time").Step);
        setup.Verdicts.Clear();

        setup.Restart(lastStep, rule => isKept && rule == "vanishing-over-time").StandingStill()
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.8), steps: 540, first: 40);

        Assert.Equal(expected, setup.Verdicts.First(static verdict => verdict.Rule == "vanishing-over-time").Step);
    }

    [Fact]
    public void ToJson_Verdict_HasTheFieldsOfTheContract()
    {
        Verdict verdict = new MonitorSetup(MonitorSetup.Context(Cells.RnnTanh)).StandingStill()
            .Rows("total-gradient-norm", MonitorSetup.Norms(0.8)).Only("vanishing-over-time");
        JsonElement json = JsonDocument.Parse(VerdictPayload.ToJson(
            verdict with { Value = double.NaN }, static remedy => $"train with {remedy.Settings[0]}")).RootElement;
        Assert.Equal(
            [
                "verdict", "severity", "step", "layer", "gate", "timestep", "metric", "value", "threshold", "evidence",
                "meaning", "remedies",
            ],
            json.EnumerateObject().Select(static property => property.Name));
        Assert.Equal("NaN", json.GetProperty("value").GetString());
        Assert.Equal("warning", json.GetProperty("severity").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("gate").ValueKind);
        Assert.Equal(40, json.GetProperty("evidence").GetProperty("lag").GetDouble());
        JsonElement remedy = json.GetProperty("remedies")[0];
        Assert.Equal("orthogonal", remedy.GetProperty("settings").GetProperty("Initialisation").GetString());
        Assert.Equal("1", remedy.GetProperty("settings").GetProperty("Gain").GetString());
        Assert.Equal("train with Initialisation = orthogonal", remedy.GetProperty("command").GetString());
    }

    [Fact]
    public void ToJson_NoWriterOfCommands_HasTheSettingsAlone()
    {
        Verdict verdict = new MonitorSetup(MonitorSetup.Context(Cells.RnnTanh)).StandingStill()
            .Rows("total-gradient-norm", MonitorSetup.Norms(0.8)).Only("vanishing-over-time");
        JsonElement remedy = JsonDocument.Parse(VerdictPayload.ToJson(verdict)).RootElement.GetProperty("remedies")[0];
        Assert.Equal(["text", "settings"], remedy.EnumerateObject().Select(static property => property.Name));
    }

    [Fact]
    public void Verdict_RemedyThatTheRunHasAlready_IsNotProposed()
    {
        VerdictContext context = MonitorSetup.Context(Cells.RnnTanh) with
        {
            Settings = ImmutableDictionary.CreateRange(
                [KeyValuePair.Create("Initialisation", "orthogonal"), KeyValuePair.Create("Gain", "1")]),
        };
        Verdict verdict = new MonitorSetup(context).StandingStill()
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.8)).Only("vanishing-over-time");
        Assert.Equal(
            "Cells = lstm, ForgetBias = 3, Initialisation = pytorch, Gain = 1",
            string.Join(", ", verdict.Remedies[0].Settings));
    }

    [Fact]
    public void Page_TableAgreesWithTheCatalogue()
    {
        string[] lines = File.ReadAllLines(PagePath());
        int first = Array.FindIndex(lines, IsRow);
        int end = Array.FindIndex(lines, first, static line => !IsRow(line));
        string[] expected = [.. VerdictCatalogue.All.Select(Line)];
        if (Environment.GetEnvironmentVariable("BACKFLOW_UPDATE_DOCS") == "1")
        {
            File.WriteAllLines(PagePath(), [.. lines[..first], .. expected, .. lines[end..]]);
            return;
        }

        Assert.Equal(expected, lines[first..end]);
    }

    private static bool IsRow(string line) => line.StartsWith("| `", StringComparison.Ordinal);

    private static string Line(RuleDescription rule) =>
        $"| `{rule.Name}` | {VerdictPayload.NameOf(rule.Severity)} | {rule.FiresWhen} | "
        + FormattableString.Invariant($"{rule.Defaults.Threshold:G4} | {rule.Defaults.Patience} | {CoolDown(rule)} | ")
        + $"{rule.Source} | {rule.Proposes} |";

    private static string CoolDown(RuleDescription rule) => rule.Defaults.CoolDown == RuleOptions.Forever
        ? "for good"
        : FormattableString.Invariant($"{rule.Defaults.CoolDown}");

    private static void Feed(VerdictMonitor monitor, float[] norms, int step)
    {
        monitor.Scalar("training-loss", step, 1 - (step / 1000.0));
        monitor.Scalar("gradient-norm", step, 0.5);
        monitor.Row("cell-gradient-norm", 0, step, norms);
        monitor.Row("total-gradient-norm", 0, step, norms);
        if (monitor.Take().Count > 0)
        {
            Assert.Fail("A healthy column raised a verdict.");
        }
    }

    private static string PagePath() => Path.Combine(RepositoryRoot.Path, "docs", "verdicts.md");
}
