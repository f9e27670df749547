namespace Backflow.Telemetry.Tests.Registry;

/// <summary>Names of columns, taken apart.</summary>
public sealed class MetricColumnTests
{
    [Theory]
    [InlineData("training-loss", "training-loss", null)]
    [InlineData("gradient-horizon:0", "gradient-horizon", 0)]
    [InlineData("spectral-norm:12:forget", "spectral-norm:forget", 12)]
    [InlineData("update-to-weight-ratio:recurrent", "update-to-weight-ratio:recurrent", null)]
    [InlineData("gate-mean:forget", "gate-mean:forget", null)]
    [InlineData("odd:-1", "odd:-1", null)]
    [InlineData("odd:99999999999", "odd:99999999999", null)]
    public void WithoutLayer_IsTheNameAndTheLayer(string column, string name, int? layer) =>
        Assert.Equal((name, layer), MetricColumn.WithoutLayer(column));
}
