using Backflow.Experiments.Recording;
using Backflow.Telemetry;
using Xunit;

namespace Backflow.Experiments.Tests.Recording;

public sealed class RecordedReachTests
{
    [Theory]
    [InlineData(41.0, 49.0, 12.5, 49.0, 1.0, "41", "12.5")]
    [InlineData(49.0, 49.0, 49.0, 49.0, 1.0, "≥ 49", "≥ 49")]
    [InlineData(0.0, 49.0, 3.0, 49.0, 1.6, "0", "grows ×1.6 per timestep")]
    [InlineData(null, null, null, null, null, "–", "–")]
    public void Of_NewestValues_AreWrittenAsEverywhere(
        double? context, double? limit, double? reach, double? longest, double? growth, string first, string second)
    {
        RecordedReach recorded = RecordedReach.Of([context, limit, reach, longest, growth]);
        Assert.Equal((first, second), (recorded.ContextText, recorded.GradientReachText));
        Assert.Equal(context is null ? null : context >= limit, recorded.ContextIsAtLeast);

        // A gradient that grows has no reach, whatever an earlier step left.
        Assert.Equal(growth > 1 ? null : reach, recorded.Reach);
        Assert.Equal(growth > 1 ? growth : null, recorded.Growth);
    }

    [Fact]
    public void Metrics_AreThoseThatARunRecords() => Assert.All(
        RecordedReach.Metrics,
        static name => Assert.Contains(MetricRegistry.All, metric => metric.Name == name));
}
