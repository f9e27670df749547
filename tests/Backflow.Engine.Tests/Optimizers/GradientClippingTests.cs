namespace Backflow.Engine.Tests.Optimizers;

public class GradientClippingTests
{
    /// <summary>Relative: the scale is one float and each element is rounded once after it.</summary>
    private const double ScaledNorm = 2e-7;

    /// <summary>
    /// Relative: up to 512 squares are summed in float, each rounded at 6·10⁻⁸, half of which the root takes.
    /// </summary>
    private const double SummedInFloat = 2e-7;

    /// <summary>Relative: squares are summed in double, in another order.</summary>
    private const double SummedInDouble = 1e-13;

    private const ulong Seed = 7;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(5000)]
    public void Norm_OfGaussianNumbers_MatchesNaiveSum(int length)
    {
        float[] gradients = Gaussian(length);
        double sum = 0;
        foreach (float gradient in gradients)
        {
            sum += (double)gradient * gradient;
        }

        Assert.Equal(Math.Sqrt(sum), GradientClipping.Norm(gradients), SummedInFloat * Math.Sqrt(sum));
    }

    [Theory]
    [InlineData(3e-30f)]
    [InlineData(1e-40f)]
    [InlineData(1e30f)]
    [InlineData(float.MaxValue)]
    public void Norm_SquaresOutsideFloat_IsStillExact(float value) =>
        Assert.Equal(2.0 * value, GradientClipping.Norm([value, -value, value, -value]), SummedInDouble * value);

    [Theory]
    [InlineData(float.NaN, double.NaN)]
    [InlineData(float.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, double.PositiveInfinity)]
    public void Norm_OfANumberThatIsNotFinite_ReportsIt(float value, double expected) =>
        Assert.Equal(expected, GradientClipping.Norm([1, 2, value, 3]));

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(513, 1)]
    [InlineData(5000, 1e-3)]
    public void ByNorm_AboveTheBound_ScalesToTheBoundAndKeepsTheDirection(int length, double maximum)
    {
        float[] before = Gaussian(length);
        float[] gradients = [.. before];
        double norm = GradientClipping.Norm(gradients);

        Assert.True(GradientClipping.ByNorm(gradients, norm, maximum));

        Assert.Equal(maximum, GradientClipping.Norm(gradients), ScaledNorm * maximum);
        for (int i = 0; i < length; i++)
        {
            double expected = before[i] * maximum / norm;
            Assert.Equal(expected, gradients[i], ScaledNorm * Math.Abs(expected));
        }
    }

    [Fact]
    public void ByNorm_FiniteGradientsWhoseSquaresOverflowFloat_AreClipped()
    {
        float[] gradients = [3e30f, 4e30f];
        Assert.True(GradientClipping.ByNorm(gradients, GradientClipping.Norm(gradients), maximum: 5));
        Assert.Equal(3, gradients[0], 3 * ScaledNorm);
        Assert.Equal(4, gradients[1], 4 * ScaledNorm);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void ByNorm_AtOrBelowTheBound_LeavesEveryBit(double maximum)
    {
        float[] gradients = [3, -4];
        Assert.False(GradientClipping.ByNorm(gradients, GradientClipping.Norm(gradients), maximum));
        Assert.Equal([3, -4], gradients);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void ByNorm_NotFinite_LeavesEveryBitAndReportsFalse(float value)
    {
        float[] gradients = [1, value, 3];
        Assert.False(GradientClipping.ByNorm(gradients, GradientClipping.Norm(gradients), maximum: 1));
        Assert.Equal([1, value, 3], gradients);
    }

    [Fact]
    public void ByValue_LimitsEveryElementAndKeepsNaN()
    {
        float[] gradients = [0.5f, -0.5f, 2, -2, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 0];
        GradientClipping.ByValue(gradients, maximum: 1);
        Assert.Equal([0.5f, -0.5f, 1, -1, 1, -1, float.NaN, 0], gradients);
    }

    private static float[] Gaussian(int length)
    {
        SplittableRandom random = new(Seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian())];
    }
}
