namespace Backflow.Telemetry.Tests;

public class MetricTests
{
    [Fact]
    public void New_NoDescription_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(static () => new SilentMetric());

    private sealed class SilentMetric() : Metric();
}
