using System.Collections.Immutable;
using Backflow.Experiments.Diagnosis;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Diagnosis;

public sealed class UpdateCausesTests
{
    private static readonly UpdateProbe Usual = new(
        Steps: 15,
        ClippedShare: 0,
        MeanNorm: 1,
        PassedShare: 1,
        UpdateRatio: 1e-2,
        LargestRatio: 0.05,
        SecondsPerStep: 1e-3);

    private static readonly UpdateProbe Cut = Usual with { ClippedShare = 1, PassedShare = 1e-4 };

    [Fact]
    public void OfUpdates_UsualOnes_AreNoCause() =>
        Assert.Empty(UpdateCauses.OfUpdates(Usual, new TrainingConfiguration()));

    [Theory]
    [InlineData("sgd", 1.0, 0.09, 1.0, true)]
    [InlineData("sgd", 1.0, 0.11, 1.0, false)]
    [InlineData("sgd", 0.8, 0.09, 1.0, false)]
    [InlineData("sgd", 1.0, 0.09, 2e3, false)]
    [InlineData("adam", 1.0, 0.09, 1.0, false)]
    public void IsCut_NearlyEveryStepToATenthOfAGradientThatDoesNotExplode(
        string optimizer, double clipped, double passed, double norm, bool isCut) => Assert.Equal(
        isCut,
        UpdateCauses.IsCut(
            Usual with { ClippedShare = clipped, PassedShare = passed, MeanNorm = norm },
            new TrainingConfiguration { Optimizer = optimizer }));

    [Theory]
    [InlineData(1e-4, 0, "The limit of 1e-4 on the norm leaves 0.01 % of the gradient")]
    [InlineData(1, 1e-6, "The limit of 1e-6 on each element leaves 0.01 %")]
    [InlineData(0, 1e-6, "The limit of 1e-6 on each element leaves 0.01 %")]
    public void OfUpdates_Limit_IsTheOneThatCuts(double norm, double value, string expected)
    {
        TrainingConfiguration c = new() { Optimizer = "sgd", ClipNorm = norm, ClipValue = value };
        RankedCause cause = Assert.Single(UpdateCauses.OfUpdates(Cut, c));
        Assert.Equal(CauseNames.Clipping, cause.Cause.Name);
        Assert.StartsWith(expected, cause.Cause.Meaning, StringComparison.Ordinal);
    }

    // What all steps together can do decides: a small step of a long run is none.
    [Theory]
    [InlineData(1e-5, 1000, true)]
    [InlineData(1e-5, 6000, false)]
    public void OfUpdates_StepsThatHardlyMoveTheWeights_ByTheirNumber(double ratio, long steps, bool isCause)
    {
        UpdateProbe probe = Usual with { UpdateRatio = ratio };
        TrainingConfiguration c = new() { Steps = steps, LearningRate = 1e-6 };
        Assert.Equal(
            isCause ? [CauseNames.RateTooSmall] : [],
            UpdateCauses.OfUpdates(probe, c).Select(static one => one.Cause.Name));
        Assert.All(UpdateCauses.OfUpdates(probe, c), static one => Assert.Contains(
            "by 0.001 % of their size, all 1,000 steps by 1 % at most", one.Cause.Meaning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.6, 1)]
    [InlineData(0.4, 0)]
    public void OfUpdates_LargeStep_IsThrownAbout(double ratio, int count) => Assert.Equal(
        count,
        UpdateCauses.OfUpdates(Usual with { LargestRatio = ratio }, new TrainingConfiguration())
            .Count(static one => one.Cause.Name == CauseNames.RateTooLarge));

    [Fact]
    public void Measure_Configuration_SeesWhatItsLimitLeaves()
    {
        TrainingConfiguration c = new()
        {
            Task = "echo",
            TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("lag", 3),
            Cells = ["rnn"],
            HiddenSize = 8,
            BatchSize = 4,
            CarryState = false,
            Optimizer = "sgd",
            LearningRate = 0.5,
            WarmUpSteps = 100,
            ClipNorm = 1e-3,
            Threads = 1,
        };
        UpdateProbe probe = UpdateProbe.Measure(c, TimeProvider.System);
        Assert.Equal((15, 1.0), (probe.Steps, probe.ClippedShare));

        // The limit is the norm that is left of every gradient, and at the peak rate a first step is its length.
        Assert.InRange(probe.PassedShare * probe.MeanNorm, 0.5e-3, 2e-3);
        UpdateProbe peak = UpdateProbe.Measure(c with { WarmUpSteps = 0 }, TimeProvider.System);
        Assert.InRange(probe.UpdateRatio, 0.2 * peak.UpdateRatio, 1.5 * peak.UpdateRatio);
        Assert.True(UpdateCauses.IsCut(probe, c));
        UpdateProbe free = UpdateProbe.Measure(c with { ClipNorm = 0 }, TimeProvider.System);
        Assert.Equal((0.0, 1.0), (free.ClippedShare, free.PassedShare));
    }
}
