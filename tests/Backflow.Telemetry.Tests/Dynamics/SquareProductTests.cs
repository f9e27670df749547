using System.Numerics;
using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class SquareProductTests
{
    private const int Size = 64;

    // MathNet's own rounding of a 64 × 64 decomposition.
    private const double DecompositionRounding = 1e-12;

    // 4096 roundings of half a unit in the last place, and a root that halves them.
    private const double NormRounding = 1e-13;

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-200)]
    [InlineData(1e-25)]
    [InlineData(1)]
    [InlineData(1e25)]
    [InlineData(1e200)]
    [InlineData(1e300)]
    public void FrobeniusNorm_AnyScale_IsTheExactRoot(double unit)
    {
        double[] matrix = Gaussian(unit);
        double expected = ExactNorm(matrix);
        double norm = SquareProduct.FrobeniusNorm(matrix);
        Assert.True(
            Math.Abs((norm / expected) - 1) <= NormRounding, $"{unit}: the norm is {norm:R}, exactly {expected:R}.");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0)]
    public void FrobeniusNorm_NotFiniteOrZero_IsKept(double value) =>
        Assert.Equal(value, SquareProduct.FrobeniusNorm([0, value, 0, 0]));

    [Theory]
    [InlineData(1e-200)]
    [InlineData(1e-20)]
    [InlineData(1e-17)]
    [InlineData(1e200)]
    public void SingularValuesAndEigenvalues_SmallAndLargeMatrices_AreThoseOfTheMatrixNearOne(double unit)
    {
        double[] expected = SquareProduct.SingularValues(Gaussian(1), Size);
        double[] values = SquareProduct.SingularValues(Gaussian(unit), Size);
        for (int i = 0; i < Size; i++)
        {
            Assert.True(
                Math.Abs((values[i] / unit) - expected[i]) <= DecompositionRounding * expected[0],
                $"singular value {i} is {values[i] / unit:R} of the unit, not {expected[i]:R}.");
        }

        double radius = SquareProduct.Eigenvalues(Gaussian(1), Size)[0].Magnitude;
        double scaled = SquareProduct.Eigenvalues(Gaussian(unit), Size)[0].Magnitude / unit;
        Assert.True(Math.Abs((scaled / radius) - 1) <= DecompositionRounding, $"radius {scaled:R}, not {radius:R}.");
    }

    private static double[] Gaussian(double unit) => Array.ConvertAll(
        TwinSetup.Gaussian(new SplittableRandom(1), Size * Size), value => value * unit);

    // Sums the squares as whole numbers: every double is a whole number of units of 2⁻¹⁰⁷⁴.
    private static double ExactNorm(double[] values)
    {
        const int Unit = 1074;
        BigInteger sum = BigInteger.Zero;
        foreach (double value in values)
        {
            long bits = BitConverter.DoubleToInt64Bits(value);
            int exponent = (int)((bits >> 52) & 0x7FF);
            long fraction = bits & ((1L << 52) - 1);
            BigInteger whole = exponent == 0 ? fraction : (BigInteger)(fraction | (1L << 52)) << (exponent - 1);
            sum += whole * whole;
        }

        // 120 bits of the sum suffice; an even shift has a whole root.
        int shift = Math.Max(0, (int)sum.GetBitLength() - 120) & ~1;
        double root = Math.Sqrt((double)(sum >> shift));
        return Math.ScaleB(root, (shift / 2) - Unit);
    }
}
