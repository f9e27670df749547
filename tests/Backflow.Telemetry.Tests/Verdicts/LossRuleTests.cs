namespace Backflow.Telemetry.Tests;

public class LossRuleTests
{
    [Fact]
    public void Losses_FallAndLevelOff_AreSilent() => Assert.Empty(new MonitorSetup()
        .Scalars(LossExploding.MetricName, 3000, static s => 0.05 + Math.Exp(-s / 100.0) + (0.01 * Math.Sin(s)))
        .Verdicts);

    [Fact]
    public void LossNotDecreasing_StandsAtTheMemorylessLoss_Fires()
    {
        Verdict verdict = new MonitorSetup()
            .Scalars(LossExploding.MetricName, 400, static s => 1 + Math.Exp(-s / 20.0)).Only("loss-not-decreasing");
        Assert.Contains("without memory", verdict.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void LossNotDecreasing_UnknownBaseline_ComparesWithTheFirstLoss()
    {
        VerdictContext context = MonitorSetup.Context(Backflow.Engine.Cells.RnnTanh) with { MemorylessLoss = null };
        Assert.Empty(new MonitorSetup(context)
            .Scalars(LossExploding.MetricName, 400, static s => 1 + Math.Exp(-s / 20.0)).Verdicts);
        new MonitorSetup(context).Scalars(LossExploding.MetricName, 400, static _ => 4).Only("loss-not-decreasing");
    }

    [Fact]
    public void LossRising_BackUpAfterLearning_Fires()
    {
        Verdict verdict = new MonitorSetup()
            .Scalars(LossExploding.MetricName, 400, static s => s < 200 ? 1 - (s / 400.0) : s / 400.0)
            .Only("loss-rising");
        Assert.InRange(verdict.Step, 226, 330);
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

    [Theory]
    [InlineData(1.0, 1)]
    [InlineData(0.6, 0)]
    public void AlwaysClipping_ByShare(double share, int count) => Assert.Equal(
        count, new MonitorSetup().Scalars(ClippedStepShare.MetricName, 300, _ => share).Verdicts.Count);
}
