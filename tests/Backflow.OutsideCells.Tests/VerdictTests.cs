using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.OutsideCells.Tests;

/// <summary>What the rules say of a cell that they have never heard of.</summary>
public sealed class VerdictTests
{
    private const int Timesteps = 30;

    [Fact]
    public void ClosedForgetGate_FiresOnTheShareThatWipesTheState()
    {
        Assert.Contains("closed-forget-gate", Judge($"{GateStatistics.ShareAboveMetricName}:forget"));
        Assert.DoesNotContain("closed-forget-gate", Judge($"{GateStatistics.ShareBelowMetricName}:forget"));
        Assert.DoesNotContain("closed-forget-gate", Judge($"{GateStatistics.ShareAboveMetricName}:candidate"));
    }

    // A gate that stands far out in most units, and a gradient that dies within a few timesteps.
    private static ImmutableArray<string> Judge(string metric)
    {
        VerdictMonitor monitor = new(new VerdictContext
        {
            Cells = [MinimalGatedUnit.Description],
            SequenceLength = Timesteps,
            DependencyLength = Timesteps - 1,
        });
        float[] shares = new float[Timesteps];
        Array.Fill(shares, 0.95f);
        float[] norms = [.. Enumerable.Range(0, Timesteps).Select(static t => MathF.Pow(10, t - Timesteps))];
        for (long step = 1; step <= 400; step++)
        {
            monitor.Row(TotalGradientNorm.MetricName, 0, step, norms);
            monitor.Row(metric, 0, step, shares);
        }

        return [.. monitor.Take().Select(static verdict => verdict.Rule)];
    }
}
