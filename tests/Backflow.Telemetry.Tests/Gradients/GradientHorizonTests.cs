namespace Backflow.Telemetry.Tests;

public class GradientHorizonTests
{
    [Theory]
    [InlineData(0.9, 43)]
    [InlineData(0.5, 6)]
    [InlineData(1.0, 99)]
    [InlineData(1.05, 99)]
    public void Measure_GeometricDecay_GivesItsRateAndTheLagOfOnePercent(double rate, int expectedHorizon)
    {
        float[] norms = [.. Enumerable.Range(0, 100).Select(t => (float)(7 * Math.Pow(rate, 99 - t)))];
        HorizonResult result = GradientHorizon.Measure(norms);
        Assert.Equal(expectedHorizon, result.Horizon);
        Assert.Equal(rate, result.DecayPerTimestep, 1e-7);
        Assert.Equal(1, result.Confidence, 1e-9);
        Assert.Equal(100, result.UsedTimesteps);
        Deviations.Note("decay", Math.Abs(rate - result.DecayPerTimestep));
        Deviations.Note("decay confidence", Math.Abs(1 - result.Confidence));
    }

    [Fact]
    public void Measure_NoSingleRate_SaysSoByItsConfidence()
    {
        float[] norms = [.. Enumerable.Range(0, 60).Select(static t => t % 2 == 0 ? 1f : 100f)];
        Assert.InRange(GradientHorizon.Measure(norms).Confidence, 0, 0.1);
    }

    [Fact]
    public void Measure_ExactDecays_ConfidenceStaysAtMostOne()
    {
        for (int length = 2; length < 200; length++)
        {
            float[] norms = [.. Enumerable.Range(0, length).Select(static t => MathF.ScaleB(1, t - 100))];
            double confidence = GradientHorizon.Measure(norms).Confidence;
            Assert.True(confidence is > 0.999 and <= 1, $"{confidence:R} at T = {length}.");
        }
    }

    [Fact]
    public void Measure_ZerosAndNaN_AreLeftOutOfTheFit()
    {
        HorizonResult result = GradientHorizon.Measure([0, float.NaN, 0.25f, float.PositiveInfinity, 1]);
        Assert.Equal(3, result.UsedTimesteps + 1);
        Assert.Equal(0.5, result.DecayPerTimestep, 1e-12);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    public void Measure_NothingAtLagZero_HasNoHorizon(float last) =>
        Assert.Null(GradientHorizon.Measure([1, 1, last]).Horizon);
}
