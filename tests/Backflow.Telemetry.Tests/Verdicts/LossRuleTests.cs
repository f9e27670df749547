using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class LossRuleTests
{
    [Fact]
    public void Losses_FallAndLevelOff_AreSilent() => Assert.Empty(new MonitorSetup()
        .Scalars(LossExploding.MetricName, 3000, static s => 0.05 + Math.Exp(-s / 100.0) + (0.01 * Math.Sin(s)))
        .Verdicts);

    [Theory]
    [InlineData(1.0, "so nothing that needs memory has been learnt.")]
    [InlineData(0.97, "so hardly anything that needs memory has been learnt.")]
    public void LossNotDecreasing_StandsAtTheMemorylessLoss_Fires(double level, string meaning)
    {
        Verdict verdict = new MonitorSetup()
            .Scalars(LossExploding.MetricName, 400, s => level + Math.Exp(-s / 20.0)).Only("loss-not-decreasing");
        Assert.EndsWith(meaning, verdict.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void LossNotDecreasing_UnknownBaseline_ComparesWithTheFirstLoss()
    {
        VerdictContext context = MonitorSetup.Context(Cells.RnnTanh) with { MemorylessLoss = null };
        Assert.Empty(new MonitorSetup(context)
            .Scalars(LossExploding.MetricName, 400, static s => 1 + Math.Exp(-s / 20.0)).Verdicts);
        Verdict verdict = new MonitorSetup(context).Scalars(LossExploding.MetricName, 400, static _ => 4)
            .Only("loss-not-decreasing");
        Assert.EndsWith("What a model without memory reaches is not known.", verdict.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void LossRising_BackUpAfterLearning_Fires()
    {
        Verdict verdict = new MonitorSetup()
            .Scalars(LossExploding.MetricName, 400, static s => s < 200 ? 1 - (s / 400.0) : s / 400.0)
            .Only("loss-rising");
        Assert.InRange(verdict.Step, 226, 330);
    }

    // One sequence per step: the losses of neighbours hang together, and their means come and go by more than a tenth.
    [Theory]
    [InlineData(1.0, false)]
    [InlineData(0.05, true)]
    public void LossRising_RiseWithinTheNoise_IsSilent(double noise, bool fires)
    {
        SplittableRandom random = new(7);
        double drift = 0;
        MonitorSetup setup = new MonitorSetup().Scalars(LossExploding.MetricName, 600, step =>
        {
            drift = (0.5 * drift) + (noise * (random.NextDouble() - 0.5));
            return (step <= 5 ? 1.5 : step < 300 ? 1 : 1.2) + drift;
        });
        Assert.Equal(fires, setup.Rules.Contains("loss-rising"));
    }

    [Fact]
    public void LossRising_Rise_IsHeldAgainstItsStandardErrors()
    {
        LossHistory losses = new(50);
        for (int i = 0; i < 100; i++)
        {
            losses.Add(i < 50 ? 1 + (0.1 * (i % 2)) : 2 + (0.3 * (i % 2)));
        }

        // s² / 50 of both means: half the distance of the two values, squared, times 50 / 49.
        double expected = Math.Sqrt(((0.05 * 0.05) + (0.15 * 0.15)) / 49);
        Assert.Equal(expected, losses.RiseError, 1e-9);
    }

    [Theory]
    [InlineData(1e-5, "adam", 0, "LearningRate = 0.003")]
    [InlineData(1e-5, "sgd", 1, "ClipNorm = 16")]
    [InlineData(1e-3, "adam", 0, "Initialisation = orthogonal, Gain = 1")]
    public void LossNotDecreasing_WeightsThatHardlyMove_NamesTheRateOrTheLimitFirst(
        double ratio, string optimizer, double clipped, string first)
    {
        VerdictContext context = MonitorSetup.Context(Cells.RnnTanh) with
        {
            LearningRate = 3e-6,
            Settings = ImmutableDictionary.CreateRange([KeyValuePair.Create("Optimizer", optimizer)]),
        };
        MonitorSetup setup = new(context);
        for (int step = 1; step <= 400; step++)
        {
            setup.Scalar(ClippedStepShare.NormMetricName, 8, step).Scalar(ClippedStepShare.MetricName, clipped, step)
                .Scalar("update-to-weight-ratio:recurrent", ratio, step)
                .Scalar(LossExploding.MetricName, 1, step).Take();
        }

        Verdict verdict = setup.Only("loss-not-decreasing");
        Assert.Equal(first, string.Join(", ", verdict.Remedies[0].Settings));
        Assert.Equal(ratio < 1e-4, verdict.Meaning.Contains("of their size", StringComparison.Ordinal));
    }

    [Fact]
    public void LossExploding_StaysAboveThreeTimesTheFirst_IsAnError()
    {
        Verdict verdict = new MonitorSetup()
            .Scalars(LossExploding.MetricName, 30, static s => s < 20 ? 1 : 4).Only("loss-exploding");
        Assert.Equal(VerdictSeverity.Error, verdict.Severity);
        Assert.Equal(24, verdict.Step);
    }

    [Fact]
    public void LossExploding_OneBadBatch_IsSilent() => Assert.Empty(new MonitorSetup()
        .Scalars(LossExploding.MetricName, 40, static s => s == 20 ? 4 : 1 - (s / 100.0)).Verdicts);

    [Theory]
    [InlineData(8.0, 1.0, "ClipNorm = 16")]
    [InlineData(8.0, 2.0, "LearningRate = 0.001")]
    [InlineData(4000.0, 1.0, "Initialisation = orthogonal, Gain = 1")]
    public void AlwaysClipping_ByNormAndLoss_ProposesTheFittingRemedyFirst(
        double norm, double lossAtTheEnd, string first)
    {
        MonitorSetup setup = new();
        for (int step = 1; step <= 200; step++)
        {
            setup.Scalar(LossExploding.MetricName, step <= 60 ? 1 : lossAtTheEnd, step)
                .Scalar(ClippedStepShare.NormMetricName, norm, step)
                .Scalar(ClippedStepShare.MetricName, 1, step).Take();
        }

        Verdict verdict = setup.Only("always-clipping");
        Assert.Equal(first, string.Join(", ", verdict.Remedies[0].Settings));
        Assert.Contains(verdict.Evidence, evidence => evidence == new Evidence("mean-of-30", norm));
    }

    // What is left of the gradient says which of two limits cuts; no remedy keeps it.
    [Theory]
    [InlineData(0, 1e-6, 1e-5, "ClipValue = 0, ClipNorm = 16")]
    [InlineData(1, 1e-6, 1e-5, "ClipValue = 0, ClipNorm = 16")]
    [InlineData(1, 5, 1, "ClipNorm = 16")]
    public void AlwaysClipping_LimitOnEachElement_IsNamedAndLifted(
        double clipNorm, double clipValue, double left, string first)
    {
        VerdictContext context = MonitorSetup.Context(Cells.RnnTanh) with
        {
            ClipNorm = clipNorm,
            ClipValue = clipValue,
        };
        MonitorSetup setup = new(context);
        for (int step = 1; step <= 200; step++)
        {
            setup.Scalar(ClippedStepShare.NormMetricName, 8, step)
                .Scalar(ClippedStepShare.ClippedNormMetricName, left, step)
                .Scalar(ClippedStepShare.MetricName, 1, step).Take();
        }

        Verdict verdict = setup.Only("always-clipping");
        Assert.Equal(first, string.Join(", ", Assert.Single(verdict.Remedies).Settings));
        Assert.Equal(clipValue < 1, verdict.Meaning.Contains("1e-6 on each element", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1.0, 1)]
    [InlineData(0.6, 0)]
    public void AlwaysClipping_ByShare(double share, int count) => Assert.Equal(
        count, new MonitorSetup().Scalars(ClippedStepShare.MetricName, 300, _ => share).Verdicts.Count);
}
