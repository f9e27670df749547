using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class GradientRuleTests
{
    [Fact]
    public void VanishingOverTime_NormsFallTooFast_NamesTheTimestepThatNeedsThem()
    {
        MonitorSetup setup = new MonitorSetup().StandingStill()
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.8));
        Verdict verdict = setup.Only("vanishing-over-time");
        Assert.Equal(30, verdict.Step);
        Assert.Equal(0, verdict.Layer);
        Assert.Equal(0, verdict.Timestep);
        Assert.Equal(Math.Pow(0.8, 40), verdict.Value, 1e-8);
        Assert.Contains(
            verdict.Evidence, static e => e.Name == "factor-per-timestep" && Math.Abs(e.Value - 0.8) < 1e-4);
    }

    // What is 0 did not shrink by a factor per timestep.
    [Fact]
    public void VanishingOverTime_NothingArrives_SaysThatItIsZero()
    {
        float[] norms = MonitorSetup.Flat(1);
        norms[0] = 0;
        Verdict verdict = new MonitorSetup().StandingStill().Rows(TotalGradientNorm.MetricName, norms)
            .Only("vanishing-over-time");
        Assert.Contains("it is exactly 0 there", verdict.Meaning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1e-9, false)]
    public void VanishingGradient_ZeroAndAlmostZero_AreToldApart(double norm, bool isZero)
    {
        MonitorSetup setup = new MonitorSetup().Scalars(LossExploding.MetricName, 100, static _ => 1)
            .Scalars(ClippedStepShare.NormMetricName, 100, _ => norm);
        Verdict verdict = setup.Verdicts.Single(static one => one.Rule == "vanishing-gradient");
        Assert.Equal(isZero, verdict.Meaning.Contains("exactly 0", StringComparison.Ordinal));
    }

    // A text of one character is learnt from the first step on: no share of its first loss shows it.
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void SmallGradientsAndUpdates_LossFromTheStart_CountWhereSomethingIsLeft(double loss, bool isUnhealthy)
    {
        VerdictContext context = MonitorSetup.Context(Cells.RnnTanh) with { MemorylessLoss = null };
        MonitorSetup setup = new MonitorSetup(context).Scalars(LossExploding.MetricName, 100, _ => loss)
            .Scalars(ClippedStepShare.NormMetricName, 100, static _ => 0)
            .Scalars(UpdateToWeightRatio.MetricName + ":input", 100, static _ => 0);
        Assert.Equal(isUnhealthy, setup.Rules.Contains("vanishing-gradient"));
        Assert.Equal(isUnhealthy, setup.Rules.Contains("update-too-small"));
    }

    [Fact]
    public void VanishingOverTime_ShorterDependency_LooksAtItsLag()
    {
        VerdictContext context = MonitorSetup.Context(Cells.RnnTanh) with { DependencyLength = 10 };
        Assert.Empty(new MonitorSetup(context).StandingStill()
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.8)).Verdicts);
        Verdict verdict = new MonitorSetup(context).StandingStill()
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.4)).Only("vanishing-over-time");
        Assert.Equal(30, verdict.Timestep);
    }

    [Fact]
    public void VanishingOverTime_Lstm_ReadsTheCellStateAlone()
    {
        VerdictContext context = MonitorSetup.Context(Cells.Lstm);
        Assert.Empty(new MonitorSetup(context).StandingStill()
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.5)).Verdicts);
        new MonitorSetup(context).StandingStill()
            .Rows(CellGradientNorm.MetricName, MonitorSetup.Norms(0.5)).Only("vanishing-over-time");
    }

    [Theory]
    [InlineData("rnn", TotalGradientNorm.MetricName)]
    [InlineData("lstm", CellGradientNorm.MetricName)]
    public void VanishingOverTime_LossAtEveryTimestep_ReadsTheLastAnswerAlone(string cellName, string totalMetric)
    {
        CellDescription cell = Cells.Named(cellName);
        VerdictContext context = MonitorSetup.Context(cell) with
        {
            HasLossAtEveryTimestep = true,
            DependencyLength = 20,
        };
        Assert.Empty(new MonitorSetup(context).StandingStill().Rows(totalMetric, MonitorSetup.Norms(0.6)).Verdicts);
        Verdict verdict = new MonitorSetup(context).StandingStill()
            .Rows(LastAnswerGradientNorm.MetricName, MonitorSetup.Norms(0.6)).Only("vanishing-over-time");
        Assert.Equal(20, verdict.Timestep);
        Assert.Contains("last answer's gradient", verdict.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void VanishingOverTime_TextOfUnknownDependency_ReadsTheTotalGradient()
    {
        VerdictContext context = MonitorSetup.Context(Cells.RnnTanh) with
        {
            HasLossAtEveryTimestep = true,
            DependencyLength = null,
        };
        new MonitorSetup(context).StandingStill()
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.8)).Only("vanishing-over-time");
        Assert.Empty(new MonitorSetup(context).StandingStill()
            .Rows(LastAnswerGradientNorm.MetricName, MonitorSetup.Norms(0.8)).Verdicts);
    }

    [Fact]
    public void GradientRows_Healthy_AreSilent() => Assert.Empty(
        new MonitorSetup().Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.98), 3000).Verdicts);

    [Fact]
    public void VanishingOverTime_HealthyMeasurementBetween_StartsPatienceAfresh()
    {
        MonitorSetup setup = new MonitorSetup().StandingStill();
        for (int i = 0; i < 10; i++)
        {
            setup.Row(TotalGradientNorm.MetricName, MonitorSetup.Norms(i % 3 == 2 ? 1 : 0.8), 10 * i).Take();
        }

        Assert.DoesNotContain("vanishing-over-time", setup.Rules);
    }

    [Fact]
    public void VanishingOverTime_NetworkThatRemembers_IsSilent()
    {
        MonitorSetup setup = new MonitorSetup()
            .Scalars(LossExploding.MetricName, 300, static step => step < 10 ? 1 : 0.3);
        Assert.Empty(setup.Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.8)).Verdicts);
    }

    [Fact]
    public void VanishingOverTime_LossThatStillFalls_IsSilent()
    {
        MonitorSetup setup = new MonitorSetup()
            .Scalars(LossExploding.MetricName, 300, static step => 1 - (0.001 * step));
        Assert.Empty(setup.Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.8)).Verdicts);
    }

    [Fact]
    public void MemoryRules_DependencyIsUsed_AreSilent() => Assert.Empty(new MonitorSetup().StandingStill()
        .Scalar(EffectiveContext.MetricName, 20, 0)
        .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.8))
        .Scalars(GradientReach.MetricName, 100, static _ => 3, interval: 10).Verdicts);

    [Fact]
    public void Verdict_AsLongAsNothingChanges_IsSaidOnce() => new MonitorSetup().StandingStill()
        .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.8), 2000).Only("vanishing-over-time");

    [Fact]
    public void Verdict_HealthyBetween_SpeaksAgainAfterItsCoolDown()
    {
        MonitorSetup setup = new MonitorSetup().StandingStill()
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.8))
            .Row(TotalGradientNorm.MetricName, MonitorSetup.Norms(1), 110)
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.8), 700, first: 120);
        Assert.Equal(
            [30, 530], setup.Verdicts.Where(static v => v.Rule == "vanishing-over-time").Select(static v => v.Step));
    }

    [Fact]
    public void HorizonTooShort_WhileTheLossFalls_IsAHintAndThenAWarning()
    {
        MonitorSetup setup = new MonitorSetup()
            .Scalars(GradientReach.MetricName, 101, static _ => 7, interval: 10);
        Verdict hint = setup.Only("horizon-too-short");
        Assert.Equal((VerdictSeverity.Information, 51L, 7.0), (hint.Severity, hint.Step, hint.Value));
        Assert.Contains("learnt it later", hint.Meaning, StringComparison.Ordinal);

        setup.StandingStill().Verdicts.Clear();
        Verdict warning = setup.Scalar(GradientReach.MetricName, 7, 160).Take().Only("horizon-too-short");
        Assert.Equal((VerdictSeverity.Warning, 160L), (warning.Severity, warning.Step));
        Assert.Contains("has not been learnt", warning.Meaning, StringComparison.Ordinal);
        Assert.Contains("stood still for 105 steps", warning.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void HorizonTooShort_AFifthOfTheDependency_IsEnough() => Assert.Empty(new MonitorSetup().StandingStill()
        .Scalars(GradientReach.MetricName, 101, static _ => 8, interval: 10).Verdicts);

    [Fact]
    public void HorizonTooShort_UnknownDependency_IsSilent() => Assert.DoesNotContain(
        "horizon-too-short",
        new MonitorSetup(MonitorSetup.Context(Cells.RnnTanh) with { DependencyLength = null })
            .Scalars(GradientReach.MetricName, 101, static _ => 1, interval: 10).Rules);

    [Fact]
    public void ExplodingOverTime_NormsGrow_NamesTheLargest()
    {
        Verdict verdict = new MonitorSetup()
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(1.2)).Only("exploding-over-time");
        Assert.Equal(0, verdict.Timestep);
        Assert.Equal(Math.Pow(1.2, 40), verdict.Value, 0.01);
    }

    [Theory]
    [InlineData(1e-5f, "Layer 0 gets 1e-5 of the gradient of layer 1:")]
    [InlineData(0, "Layer 0 gets nothing of the gradient of layer 1: it is exactly 0 there")]
    public void VanishingThroughLayers_LowLayerGetsNothing_Fires(float low, string meaning)
    {
        MonitorSetup setup = new(MonitorSetup.Context(Cells.RnnTanh, Cells.RnnTanh));
        for (int step = 0; step <= 100; step += 10)
        {
            setup.Row(TotalGradientNorm.MetricName, MonitorSetup.Flat(low), step)
                .Row(TotalGradientNorm.MetricName, MonitorSetup.Flat(1), step, layer: 1).Take();
        }

        Verdict verdict = setup.Only("vanishing-through-layers");
        Assert.Equal(low, verdict.Value, 1e-9);
        Assert.Equal(0, verdict.Layer);
        Assert.StartsWith(meaning, verdict.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void VanishingThroughLayers_LayersOfDifferentSteps_AreNotCompared() => Assert.Empty(
        new MonitorSetup(MonitorSetup.Context(Cells.RnnTanh, Cells.RnnTanh))
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Flat(1e-5f))
            .Row(TotalGradientNorm.MetricName, MonitorSetup.Flat(1), 101, layer: 1).Take().Verdicts);

    [Theory]
    [InlineData(0.1)]
    [InlineData(8)]
    public void PoorInitialisation_SteepGradientAtTheStart_FiresOnce(double factor)
    {
        Verdict verdict = new MonitorSetup()
            .Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(factor)).Only("poor-initialisation");
        Assert.Equal(factor, verdict.Value, factor * 1e-3);
        Assert.Equal(0, verdict.Step);
    }

    [Fact]
    public void PoorInitialisation_AfterTheFirstSteps_IsSilent() => Assert.DoesNotContain(
        "poor-initialisation",
        new MonitorSetup().Row(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.1), 20).Take().Rules);

    [Fact]
    public void VanishingGradient_TinyNorms_Fires() => new MonitorSetup()
        .Scalars(ClippedStepShare.NormMetricName, 30, static _ => 1e-7).Only("vanishing-gradient");

    [Fact]
    public void VanishingGradient_LayerGetsNothing_NamesTheLayer()
    {
        MonitorSetup setup = new(MonitorSetup.Context(Cells.RnnSigmoid, Cells.Lstm));
        setup.Rows(TotalGradientNorm.MetricName, MonitorSetup.Flat(1e-7f))
            .Rows(CellGradientNorm.MetricName, MonitorSetup.Norms(0.7), layer: 1);
        Verdict verdict = setup.Only("vanishing-gradient");
        Assert.Equal((0, 20L), (verdict.Layer, verdict.Step));
        Assert.Contains(new Setting("Cells", "rnn"), verdict.Remedies[0].Settings);
    }

    // Saturated cells let nothing through to c, and h still moves the weights.
    [Theory]
    [InlineData(3e-3f, 0, false)]
    [InlineData(0, 3e-3f, false)]
    [InlineData(1e-9f, 0, true)]
    public void VanishingGradient_Lstm_LooksAtBothStates(float atHidden, float atCell, bool fires)
    {
        MonitorSetup setup = new(MonitorSetup.Context(Cells.Lstm));
        for (int step = 0; step <= 100; step += 10)
        {
            setup.Row(CellGradientNorm.MetricName, MonitorSetup.Flat(atCell), step)
                .Row(TotalGradientNorm.MetricName, MonitorSetup.Flat(atHidden), step).Take();
        }

        Assert.Equal(fires, setup.Rules.Contains("vanishing-gradient"));
        Assert.All(
            setup.Verdicts.Where(static verdict => verdict.Rule == "vanishing-gradient"),
            static verdict => Assert.Contains("its hidden or cell state", verdict.Meaning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lstm", CellGradientNorm.MetricName, "gradient of the cell state ")]
    [InlineData("gru", TotalGradientNorm.MetricName, "gradient ")]
    public void GradientRules_Sentence_NamesTheStateThatWasRead(string cellName, string metric, string expected)
    {
        VerdictContext context = MonitorSetup.Context(Cells.Named(cellName));
        List<Verdict> verdicts =
        [
            .. new MonitorSetup(context).StandingStill().Rows(metric, MonitorSetup.Norms(0.2)).Verdicts,
            .. new MonitorSetup(context).Rows(metric, MonitorSetup.Norms(1.3)).Verdicts,
        ];
        string[] rules = ["poor-initialisation", "vanishing-over-time", "exploding-over-time"];
        Assert.All(rules, rule => Assert.Contains(verdicts, verdict => verdict.Rule == rule));
        Assert.All(
            verdicts.Where(verdict => rules.Contains(verdict.Rule)),
            verdict =>
            {
                Assert.Contains($" {expected}", verdict.Meaning, StringComparison.Ordinal);
                Assert.Equal(
                    cellName == "lstm", verdict.Meaning.Contains("of the cell state", StringComparison.Ordinal));
            });
    }

    [Fact]
    public void VanishingGradient_OneTimestepGetsSome_IsSilent() => Assert.DoesNotContain(
        "vanishing-gradient",
        new MonitorSetup().Rows(TotalGradientNorm.MetricName, MonitorSetup.Norms(0.1)).Rules);

    [Fact]
    public void VanishingGradient_SolvedTask_IsSilent() => Assert.Empty(new MonitorSetup()
        .Scalars(LossExploding.MetricName, 60, static step => step < 6 ? 1 : 0.001)
        .Scalars(ClippedStepShare.NormMetricName, 60, static _ => 1e-7).Verdicts);

    [Fact]
    public void ExplodingGradient_HugeNorm_FiresAtOnce() => Assert.Equal(
        7,
        new MonitorSetup().Scalars(ClippedStepShare.NormMetricName, 10, static s => s >= 7 ? 2e3 : 1)
            .Only("exploding-gradient").Step);

    [Fact]
    public void GradientSpike_OneOutlier_IsInformation()
    {
        MonitorSetup setup = new MonitorSetup()
            .Scalars(ClippedStepShare.NormMetricName, 60, static s => s == 50 ? 20 : 1 + (0.1 * (s % 3)));
        Assert.Equal(50, setup.Only("gradient-spike").Step);
        Assert.All(setup.Verdicts, static verdict => Assert.Equal(VerdictSeverity.Information, verdict.Severity));
    }
}
