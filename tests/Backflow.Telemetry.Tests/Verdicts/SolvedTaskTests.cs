using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

/// <summary>
/// A task is solved below a tenth of the first loss or of the memoryless one, whichever is lower; then small gradients
/// are its result, and no fault.
/// </summary>
public class SolvedTaskTests
{
    [Theory]
    [InlineData(1.0, 0.101, false)]
    [InlineData(1.0, 0.099, true)]
    [InlineData(0.5, 0.0505, false)]
    [InlineData(0.5, 0.0495, true)]
    [InlineData(3.0, 0.101, false)]
    [InlineData(3.0, 0.099, true)]
    public void VanishingGradient_LossBesideATenth_SpeaksAboveAlone(double memorylessLoss, double loss, bool isSolved)
    {
        VerdictContext context = MonitorSetup.Context(Cells.RnnTanh) with { MemorylessLoss = memorylessLoss };
        MonitorSetup setup = new MonitorSetup(context)
            .Scalars(LossExploding.MetricName, 200, step => step <= LossHistory.FirstSteps ? 1 : loss)
            .Scalars(ClippedStepShare.NormMetricName, 60, static _ => 1e-7);
        Assert.Equal(!isSolved, setup.Rules.Contains("vanishing-gradient"));
    }
}
