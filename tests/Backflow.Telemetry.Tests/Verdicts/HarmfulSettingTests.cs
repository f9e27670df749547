using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class HarmfulSettingTests
{
    [Theory]
    [InlineData(0.95, 2, "removes 95 % of the units between layers at every step and multiplies the others by 20")]
    [InlineData(0.89, 2, null)]
    [InlineData(0.95, 1, null)]
    public void Dropout_ByItsValueAndTheLayers(double dropout, int layers, string? expected) => Check(
        Context(layers, ("Dropout", dropout)), expected, "Dropout = 0.2");

    [Theory]
    [InlineData("adamw", 300, "takes 90 % of every weight away in one step", "WeightDecay = 0.01")]
    [InlineData("adamw", 10, null, "")]
    [InlineData("sgd", 2, "takes 6 % of every weight away in one step", "WeightDecay = 0.01")]
    [InlineData("sgd", 1, null, "")]
    [InlineData("adam", 2, "adds 2 times each weight to its gradient", "WeightDecay = 0.0001")]
    [InlineData("rmsprop", 0.5, null, "")]
    public void WeightDecay_ByTheOptimizerAndTheRate(
        string optimizer, double decay, string? expected, string remedy)
    {
        VerdictContext context = Context(1, ("WeightDecay", decay), ("Momentum", 0.9));
        Check(context with { Settings = context.Settings.Add("Optimizer", optimizer) }, expected, remedy);
    }

    [Theory]
    [InlineData(2, false, null, "no prediction is made from more than 2 symbols")]
    [InlineData(5, false, null, null)]
    [InlineData(2, true, null, null)]
    [InlineData(2, false, 1, null)]
    public void ShortWindow_OfATextThatCarriesNoState(
        int timesteps, bool carriesState, int? dependency, string? expected) => Check(
        Context(1) with
        {
            SequenceLength = timesteps,
            CarriesState = carriesState,
            DependencyLength = dependency,
        },
        expected,
        "SequenceLength = 64");

    [Fact]
    public void SeveralSettings_AreNamedTogether_AndChangedTogether()
    {
        Verdict verdict = Judge(Context(2, ("Dropout", 0.95), ("WeightDecay", 300))).Only("harmful-setting");
        Assert.StartsWith("A weight decay of 300", verdict.Meaning, StringComparison.Ordinal);
        Assert.Contains("A dropout of 0.95", verdict.Meaning, StringComparison.Ordinal);
        Assert.Equal(
            "WeightDecay = 0.0001, Dropout = 0.2", string.Join(", ", Assert.Single(verdict.Remedies).Settings));
        Assert.Equal((1, VerdictSeverity.Warning), (verdict.Step, verdict.Severity));
    }

    [Fact]
    public void Threshold_Higher_LeavesMore()
    {
        VerdictOptions? options = new();
        Assert.True(options.TryWith("harmful-setting.threshold=3", out options, out _));
        Assert.Empty(new MonitorSetup(Context(2, ("Dropout", 0.95)), options)
            .Scalars(LossExploding.MetricName, 9, static _ => 1).Verdicts);
    }

    private static void Check(VerdictContext context, string? expected, string remedy)
    {
        MonitorSetup setup = Judge(context);
        if (expected is null)
        {
            Assert.Empty(setup.Verdicts);
            return;
        }

        Verdict verdict = setup.Only("harmful-setting");
        Assert.Contains(expected, verdict.Meaning, StringComparison.Ordinal);
        Assert.Equal(remedy, string.Join(", ", Assert.Single(verdict.Remedies).Settings));
    }

    private static MonitorSetup Judge(VerdictContext context) =>
        new MonitorSetup(context).Scalars(LossExploding.MetricName, 40, static _ => 1);

    private static VerdictContext Context(int layers, params (string Name, double Value)[] settings) =>
        MonitorSetup.Context([.. Enumerable.Repeat(Cells.Gru, layers)]) with
        {
            Settings = settings.ToImmutableDictionary(
                static setting => setting.Name,
                static setting => FormattableString.Invariant($"{setting.Value}"),
                StringComparer.Ordinal),
        };
}
