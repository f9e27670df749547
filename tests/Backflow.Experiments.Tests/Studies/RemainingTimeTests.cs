using Backflow.Experiments.Studies;
using Xunit;

namespace Backflow.Experiments.Tests.Studies;

public sealed class RemainingTimeTests
{
    [Fact]
    public void After_SteadyWork_IsWhatIsLeft()
    {
        RemainingTime left = new();
        Assert.Null(left.After(TimeSpan.FromSeconds(1), new StudyProgress(1, 100, "a")));
        for (int second = 2; second <= 90; second++)
        {
            TimeSpan? estimate = left.After(TimeSpan.FromSeconds(second), new StudyProgress(second, 100, "a"));
            Assert.Equal(100 - second, estimate!.Value.TotalSeconds, precision: 6);
        }
    }

    [Fact]
    public void After_SlowFirstSecond_IsForgotten()
    {
        // The first step takes 1 s and each of those that follow 10 ms.
        const int Steps = 1000;
        RemainingTime left = new();
        left.After(TimeSpan.FromSeconds(1), new StudyProgress(1, Steps, "a"));
        for (int step = 2; step <= 500; step++)
        {
            double elapsed = 1 + (0.01 * (step - 1));
            TimeSpan? estimate = left.After(TimeSpan.FromSeconds(elapsed), new StudyProgress(step, Steps, "a"));
            Assert.Equal(0.01 * (Steps - step), estimate!.Value.TotalSeconds, precision: 3);
        }
    }

    [Fact]
    public void After_NothingDoneSince_IsUnknown()
    {
        RemainingTime left = new();
        left.After(TimeSpan.FromSeconds(1), new StudyProgress(1, 100, "a"));
        Assert.Null(left.After(TimeSpan.FromSeconds(5), new StudyProgress(1, 100, "a")));
    }
}
