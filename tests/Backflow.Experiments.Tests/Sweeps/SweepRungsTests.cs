using Backflow.Experiments.Sweeps;
using Xunit;

namespace Backflow.Experiments.Tests.Sweeps;

public sealed class SweepRungsTests
{
    [Fact]
    public void StepOf_ThreeRungsOfThree_TakesAThirdEach()
    {
        SweepRungs rungs = new(3, 3);
        Assert.Equal([100L, 300L, 900L], Enumerable.Range(0, 3).Select(rung => rungs.StepOf(rung, 900)));
        Assert.Equal(
            [-1, 0, 0, 1, 2], new long[] { 99, 100, 299, 300, 900 }.Select(step => rungs.ReachedAt(step, 900)));
    }

    [Theory]
    [InlineData(9, 3, 3)]
    [InlineData(10, 3, 4)]
    [InlineData(2, 3, 1)]
    [InlineData(1, 3, 1)]
    [InlineData(10, 2.5, 4)]
    public void Kept_Points_AreDividedAndRoundedUp(int points, double factor, int kept) =>
        Assert.Equal(kept, new SweepRungs(3, factor).Kept(points));

    [Fact]
    public void Fit_FewerStepsThanRungs_IsFalse()
    {
        Assert.True(new SweepRungs(3, 3).Fit(9));
        Assert.False(new SweepRungs(3, 3).Fit(3));
        Assert.True(new SweepRungs(1, 3).Fit(1));
    }

    [Fact]
    public void Rank_MissingSeeds_StandBelowWhateverTheirMean()
    {
        PointScore[] scores =
        [
            new(0, [0.5, 0.7], 0), new(1, [0.1], 1), new(2, [], 2), new(3, [0.4, 0.6], 0), new(4, [0.6, 0.4], 0),
        ];
        Assert.Equal([3, 4, 0, 1, 2], PointScore.Rank(scores, isMaximised: false).Select(static one => one.Point));
        Assert.Equal([0, 3, 4, 1, 2], PointScore.Rank(scores, isMaximised: true).Select(static one => one.Point));
    }

    // Of 1, 2, 6: mean 3, squares 4 + 1 + 9 on 2 degrees of freedom.
    [Fact]
    public void Score_OfSeeds_HasMeanAndStandardDeviation()
    {
        PointScore score = new(0, [1, 2, 6], 0);
        Assert.Equal(3, score.Mean);
        Assert.Equal(Math.Sqrt(7), score.Deviation);
        Assert.Null(new PointScore(0, [1], 0).Deviation);
    }
}
