using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

/// <summary>The numbers of a verdict: written for people in its sentence, and to be parsed again in its
/// settings.</summary>
public class VerdictNumberTests
{
    [Fact]
    public void AlwaysClipping_LargeMean_IsRoundedInTheSentenceAndPlainInTheSetting()
    {
        MonitorSetup setup = new MonitorSetup().Scalars(ClippedStepShare.NormMetricName, 40, static _ => 777.7);
        Verdict verdict = setup.Scalars(ClippedStepShare.MetricName, 200, static _ => 0.995).Only("always-clipping");
        Assert.StartsWith(
            "99.5 % of the steps are cut to the limit of 5, and the mean norm is 778:",
            verdict.Meaning,
            StringComparison.Ordinal);
        Assert.Equal(new Setting("ClipNorm", "1600"), Assert.Single(verdict.Remedies[0].Settings));
    }

    [Fact]
    public void ExplodingGradient_Thousands_AreMarkedInTheSentence() => Assert.Contains(
        "a norm of 15,549:",
        new MonitorSetup().Scalars(ClippedStepShare.NormMetricName, 1, static _ => 15_549).Only("exploding-gradient")
            .Meaning,
        StringComparison.Ordinal);

    [Fact]
    public void UpdateTooSmall_SmallShare_KeepsItsDigits() => Assert.Contains(
        "by 2.5e-7 % of their size",
        new MonitorSetup().Scalars("update-to-weight-ratio:recurrent", 200, static _ => 2.5e-9, 10)
            .Only("update-too-small").Meaning,
        StringComparison.Ordinal);

    [Fact]
    public void SpectralRegime_FactorNearOne_IsNotRoundedToOne() => Assert.StartsWith(
        "γσ₁ is 0.002 above 1:",
        new MonitorSetup(MonitorSetup.Context(Cells.RnnTanh)).Scalars("spectral-norm:0", 1, static _ => 1.002)
            .Only("spectral-regime").Meaning,
        StringComparison.Ordinal);

    [Fact]
    public void Sentences_OfOne_HaveTheSingular()
    {
        VerdictContext near = MonitorSetup.Context(Cells.RnnTanh) with { DependencyLength = 1 };
        VerdictContext text = MonitorSetup.Context(Cells.RnnTanh) with
        {
            DependencyLength = null,
            SequenceLength = 1,
            CarriesState = false,
        };
        float[] gone = MonitorSetup.Flat(1e-9f);
        gone[^1] = 1;
        Verdict[] verdicts =
        [
            .. new MonitorSetup().Scalars(GradientReach.MetricName, 101, static _ => 1, interval: 10).StandingStill()
                .Scalar(GradientReach.MetricName, 1, 160).Take().Verdicts,
            new MonitorSetup(near).Scalars("spectral-norm:0", 1, static _ => 0.001).Only("spectral-regime"),
            new MonitorSetup(near).StandingStill().Rows(TotalGradientNorm.MetricName, gone).Only("vanishing-over-time"),
            new MonitorSetup(text).Scalars(LossExploding.MetricName, 1, static _ => 1).Only("harmful-setting"),
        ];
        Assert.Equal(2, verdicts.Count(static verdict => verdict.Rule == "horizon-too-short"));
        Assert.All(verdicts.Where(static verdict => verdict.Rule != "loss-not-decreasing"), static verdict =>
            Assert.Matches("\\b1 (timestep|symbol)\\b", verdict.Meaning));
        Assert.All(verdicts, static verdict => Assert.DoesNotMatch("\\b1 [a-z]+s\\b", verdict.Meaning));
    }

    [Theory]
    [InlineData(0.5, "at most ")]
    [InlineData(1e-30, "less than 4.94e-324 ")]
    [InlineData(0, "nothing ")]
    public void SpectralRegime_BoundTooSmallForANumber_IsNotSaidToBeZero(double norm, string bound) => Assert.Contains(
        $"proves that {bound}",
        new MonitorSetup(MonitorSetup.Context(Cells.RnnTanh)).Scalars("spectral-norm:0", 1, _ => norm)
            .Only("spectral-regime").Meaning,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(0.003, "0.0003")]
    [InlineData(0.0033333333, "0.0003333")]
    [InlineData(2e-7, "2E-08")]
    [InlineData(123456, "12350")]
    [InlineData(0, "0")]
    public void SmallerRate_Setting_HasFourDigitsAndNoThousandsMark(double rate, string setting)
    {
        VerdictContext context = MonitorSetup.Context(Cells.RnnTanh) with { LearningRate = rate };
        Verdict verdict = new MonitorSetup(context)
            .Scalars("update-to-weight-ratio:recurrent", 1, static _ => 0.9).Only("update-too-large");
        Assert.Equal("divide the learning rate by 10", verdict.Remedies[0].Text);
        Assert.Equal(new Setting("LearningRate", setting), Assert.Single(verdict.Remedies[0].Settings));
    }
}
