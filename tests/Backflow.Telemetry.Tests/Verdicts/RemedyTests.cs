using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

/// <summary>A remedy changes what its verdict blames.</summary>
public class RemedyTests
{
    [Theory]
    [InlineData("adam", 5, "LearningRate = 3E-05")]
    [InlineData("sgd", 5, "LearningRate = 3E-05; ClipNorm = 1")]
    [InlineData("sgd", 1, "LearningRate = 3E-05")]
    public void UpdateTooLarge_DividesTheRateByAsMuchAsItTakes(string optimizer, double clipNorm, string expected)
    {
        VerdictContext context = Context(("Optimizer", optimizer)) with { ClipNorm = clipNorm };
        Assert.Equal(expected, Remedies(
            new MonitorSetup(context).Scalars("update-to-weight-ratio:recurrent", 1, static _ => 9),
            "update-too-large"));
    }

    [Fact]
    public void UpdateTooLarge_WeightDecay_IsChangedFirst() => Assert.StartsWith(
        "WeightDecay = 0.01; ",
        Remedies(
            new MonitorSetup(Context(("Optimizer", "adamw"), ("WeightDecay", "300")))
                .Scalars("update-to-weight-ratio:recurrent", 1, static _ => 0.9),
            "update-too-large"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(5, "Initialisation = orthogonal, Gain = 1; Initialisation = spectral-norm, Gain = 0.9")]
    [InlineData(0, "ClipNorm = 1; Initialisation = orthogonal, Gain = 1; Initialisation = spectral-norm, Gain = 0.9")]
    public void ExplodingGradient_IsLimitedWhereNothingLimitsIt(double clipNorm, string expected)
    {
        MonitorSetup setup = new MonitorSetup(Context() with { ClipNorm = clipNorm })
            .Scalars(ClippedStepShare.NormMetricName, 1, static _ => 2e3);
        Assert.Equal(expected, Remedies(setup, "exploding-gradient"));
        Assert.Equal(
            clipNorm == 0,
            setup.Only("exploding-gradient").Meaning.Contains("without a limit", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "Initialisation = spectral-norm, Gain = 0.9")]
    [InlineData(20, "LearningRate = 0.0003")]
    public void SaturatedUnits_ByWhenTheyBecameSo_ChangesTheStartOrTheRateFirst(long first, string expected) =>
        Assert.StartsWith(
            expected,
            Remedies(
                new MonitorSetup(Context()).Rows(UnitStatistics.MetricName, MonitorSetup.Flat(0.9f), first: (int)first),
                "saturated-units"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("forget", 0, null, "ForgetBias = 1; Chrono = 40")]
    [InlineData("input", 0, "5000", "Chrono = 40; ForgetBias = 1")]
    [InlineData("output", 0, null, "Initialisation = pytorch, Gain = 1; LearningRate = 0.0003")]
    [InlineData("forget", 20, null, "LearningRate = 0.0003; Initialisation = pytorch, Gain = 1")]
    public void SaturatedGate_AtTheStart_ChangesBiasChronoOrStart(
        string gate, int first, string? chrono, string expected)
    {
        VerdictContext context = MonitorSetup.Context(Cells.Lstm);
        context = chrono is null ? context : context with { Settings = context.Settings.Add("Chrono", chrono) };
        Assert.Equal(expected, Remedies(
            new MonitorSetup(context).Rows($"gate-mean-derivative:{gate}", MonitorSetup.Flat(0.001f), first: first),
            "saturated-gate"));
    }

    [Theory]
    [InlineData("sgd", 1.0, 0, "ClipNorm = 0.2")]
    [InlineData("sgd", 0.0, 1_000_000, "WarmUpSteps = 100")]
    [InlineData("sgd", 0.0, 0, "LearningRate = 0.3; Initialisation = pytorch, Gain = 1")]
    public void UpdateTooSmall_LimitOrWarmUp_IsChangedInPlaceOfTheRate(
        string optimizer, double clipped, int warmUp, string expected)
    {
        VerdictContext context =
            Context(("Optimizer", optimizer), ("WarmUpSteps", FormattableString.Invariant($"{warmUp}")));
        MonitorSetup setup = new(context);
        for (int step = 1; step <= 60; step++)
        {
            setup.Scalar(ClippedStepShare.NormMetricName, 0.1, step).Scalar(ClippedStepShare.MetricName, clipped, step)
                .Scalar("update-to-weight-ratio:recurrent", 1e-9, step).Take();
        }

        Assert.Equal(expected, Remedies(setup, "update-too-small"));
    }

    [Fact]
    public void PoorInitialisation_EveryRemedy_LeavesTheStart()
    {
        VerdictContext context = Context(("Initialisation", "spectral-radius"), ("Gain", "0.02"));
        MonitorSetup setup =
            new MonitorSetup(context).Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.1), steps: 0);
        Assert.All(setup.Only("poor-initialisation").Remedies, static remedy => Assert.Contains(
            remedy.Settings, static setting => setting is { Property: "Gain", Value: "1" }));
    }

    [Fact]
    public void VanishingThroughLayers_OfSigmoids_EveryRemedyLeavesThem()
    {
        MonitorSetup setup = new(MonitorSetup.Context(Cells.RnnSigmoid, Cells.RnnSigmoid));
        for (int step = 0; step <= 100; step += 10)
        {
            setup.Row(TotalGradientNorm.MetricName, MonitorSetup.Flat(1e-5f), step)
                .Row(TotalGradientNorm.MetricName, MonitorSetup.Flat(1), step, layer: 1).Take();
        }

        Assert.Equal(
            "Cells = rnn, Initialisation = orthogonal; Layers = 1", Remedies(setup, "vanishing-through-layers"));
    }

    private static VerdictContext Context(params (string Name, string Value)[] settings) =>
        MonitorSetup.Context(Cells.RnnTanh) with
        {
            Settings = settings.ToImmutableDictionary(
                static setting => setting.Name, static setting => setting.Value, StringComparer.Ordinal),
        };

    private static string Remedies(MonitorSetup setup, string rule) => string.Join(
        "; ", setup.Only(rule).Remedies.Select(static remedy => string.Join(", ", remedy.Settings)));
}
