namespace Backflow.Engine.Tests.Optimizers;

public class LearningRateScheduleTests
{
    /// <summary>A few roundings of double arithmetic.</summary>
    private const double Rounding = 1e-15;

    [Fact]
    public void At_WarmUp_RisesLinearlyToThePeakAndStays()
    {
        LearningRateSchedule schedule = new() { Peak = 0.8, WarmUpSteps = 4 };
        double[] expected = [0.2, 0.4, 0.6, 0.8, 0.8, 0.8];
        for (int step = 0; step < expected.Length; step++)
        {
            Assert.Equal(expected[step], schedule.At(step), Rounding);
        }
    }

    [Fact]
    public void At_Constant_IsThePeakAtEveryStep()
    {
        LearningRateSchedule schedule = new() { Peak = 0.3 };
        Assert.Equal(0.3, schedule.At(0));
        Assert.Equal(0.3, schedule.At(long.MaxValue));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void At_Cosine_StartsAtPeakHalvesAndEndsAtMinimum(long warmUpSteps)
    {
        LearningRateSchedule schedule = new()
        {
            Kind = ScheduleKind.Cosine,
            Peak = 2,
            MinimumShare = 0.1,
            WarmUpSteps = warmUpSteps,
            TotalSteps = warmUpSteps + 100,
        };
        Assert.Equal(2, schedule.At(warmUpSteps), Rounding);
        Assert.Equal(1.1, schedule.At(warmUpSteps + 50), Rounding);
        Assert.Equal(0.2, schedule.At(warmUpSteps + 100), Rounding);

        // A run that is continued past its plan keeps the minimum and does not rise again.
        Assert.Equal(0.2, schedule.At(warmUpSteps + 1000), Rounding);
    }

    [Fact]
    public void At_Cosine_NeverRisesAfterWarmUp()
    {
        LearningRateSchedule schedule = new()
        {
            Kind = ScheduleKind.Cosine,
            Peak = 1,
            WarmUpSteps = 5,
            TotalSteps = 60,
        };
        for (long step = 5; step < 80; step++)
        {
            Assert.True(schedule.At(step + 1) <= schedule.At(step), $"The rate rises after step {step}.");
        }
    }

    [Fact]
    public void At_CosineWithWarmUpAsLongAsTheRun_StaysFinite()
    {
        LearningRateSchedule schedule = new()
        {
            Kind = ScheduleKind.Cosine,
            Peak = 1,
            WarmUpSteps = 10,
            TotalSteps = 10,
        };
        Assert.Equal(1, schedule.At(9), Rounding);
        Assert.Equal(1, schedule.At(10), Rounding);
        Assert.Equal(0, schedule.At(11), Rounding);
    }

    [Fact]
    public void At_StepDecay_MultipliesEveryInterval()
    {
        LearningRateSchedule schedule = new()
        {
            Kind = ScheduleKind.StepDecay,
            Peak = 1,
            WarmUpSteps = 2,
            DecayInterval = 3,
            DecayFactor = 0.5,
        };
        double[] expected = [0.5, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25];
        for (int step = 0; step < expected.Length; step++)
        {
            Assert.Equal(expected[step], schedule.At(step), Rounding);
        }
    }

    [Fact]
    public void DecayInterval_Zero_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LearningRateSchedule { Peak = 1, DecayInterval = 0 });
}
