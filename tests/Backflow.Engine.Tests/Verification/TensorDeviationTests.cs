using Backflow.Engine.Verification;

namespace Backflow.Engine.Tests.Verification;

public sealed class TensorDeviationTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void ByEntry_AnotherLength_IsRefusedByName(int length)
    {
        ArgumentException refusal = Assert.ThrowsAny<ArgumentException>(
            () => TensorDeviation.ByEntry("weight", new double[3], new double[length]));
        Assert.Contains("weight", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ByEntry_NaN_IsTheWorst()
    {
        TensorDeviation worst = TensorDeviation.ByEntry("weight", [1, 2, 3], [1, double.NaN, 9]);
        Assert.Equal((1, double.PositiveInfinity), (worst.Index, worst.Deviation));
    }
}
