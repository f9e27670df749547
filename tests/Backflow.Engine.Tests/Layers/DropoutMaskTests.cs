namespace Backflow.Engine.Tests.Layers;

public sealed class DropoutMaskTests
{
    private const int Elements = 100_000;

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Item_ManyElements_DropsTheProbabilityAndKeepsTheMean(double probability)
    {
        DropoutMask mask = new(key: 12, probability);
        double[] factors = [.. Enumerable.Range(0, Elements).Select(i => (double)mask[i])];
        Assert.All(factors, factor => Assert.True(factor == 0 || factor == (float)(1 / (1 - probability))));

        // Five standard deviations of a share of n elements.
        double deviation = 5 * Math.Sqrt(probability * (1 - probability) / Elements);
        Assert.Equal(probability, factors.Count(factor => factor == 0) / (double)Elements, deviation + 1e-12);
        Assert.Equal(1, factors.Average(), (deviation / (1 - probability)) + 1e-6);
    }

    [Fact]
    public void Item_OtherKey_DropsOthers()
    {
        DropoutMask left = new(key: 1, 0.5);
        DropoutMask right = new(key: 2, 0.5);
        int same = Enumerable.Range(0, Elements).Count(i => left[i] == right[i]);
        Assert.InRange(same, 0.49 * Elements, 0.51 * Elements);
    }
}
