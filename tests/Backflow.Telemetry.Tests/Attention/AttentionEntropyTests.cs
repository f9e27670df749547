namespace Backflow.Telemetry.Tests.Attention;

public sealed class AttentionEntropyTests
{
    /// <summary>A sum of a few dozen doubles of order 1.</summary>
    private const double DoubleTolerance = 1e-7;

    [Fact]
    public void Measure_AllWeightOnOneTimestep_IsZero() =>
        Assert.Equal((0.0, 1.0), (AttentionEntropy.Measure([0, 1, 0]), AttentionEntropy.EffectiveTimesteps([0, 1, 0])));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(33)]
    public void Measure_EqualWeights_IsTheLogarithmOfTheirNumber(int timesteps)
    {
        float[] weights = [.. Enumerable.Repeat(1f / timesteps, timesteps)];
        Assert.Equal(Math.Log(timesteps), AttentionEntropy.Measure(weights), DoubleTolerance);
        Assert.Equal(timesteps, AttentionEntropy.EffectiveTimesteps(weights), timesteps * DoubleTolerance);
    }

    // H(½, ¼, ¼) = 1.5 bits (Shannon 1948, section 6).
    [Fact]
    public void Measure_HalfAndTwoQuarters_IsOneAndAHalfBits() =>
        Assert.Equal(1.5 * Math.Log(2), AttentionEntropy.Measure([0.5f, 0.25f, 0.25f]), DoubleTolerance);

    [Fact]
    public void Measure_WeightThatIsNoNumber_IsNone() =>
        Assert.True(double.IsNaN(AttentionEntropy.Measure([0.5f, float.NaN, 0.5f])));
}
