using MathNet.Numerics.LinearAlgebra.Double;

namespace Backflow.Engine.Tests.Initialisation;

public class SquareMatrixTests
{
    /// <summary>Relative: the error of Gelfand's formula at 2²⁴ that the method states.</summary>
    private const double Gelfand = 1e-5;

    /// <summary>Relative: the power method ends when the norm no longer changes.</summary>
    private const double PowerMethod = 1e-9;

    public static TheoryData<double[], double, double> Known() => new()
    {
        // The 2×2 example of the lessons: eigenvalues 0.7 and 0.2.
        { [0.5, 0.3, 0.2, 0.4], 0.7, Math.Sqrt(0.27 + Math.Sqrt(0.0533)) },

        // A rotation: a complex pair on the unit circle, where the power method would wander.
        { [0, -1, 1, 0], 1, 1 },

        // A shear: one eigenvalue without a second eigenvector, and a norm far above the radius.
        { [1, 100, 0, 1], 1, 50 + Math.Sqrt(2501) },

        // ±1: two eigenvalues of one magnitude.
        { [1, 0, 0, -1], 1, 1 },
        { [0, 0, 0, 0], 0, 0 },

        // Nilpotent: every power from the second on is zero.
        { [0, 5, 0, 0], 0, 5 },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void SpectralRadiusAndNorm_OfKnownMatrices_AreTheirs(double[] matrix, double radius, double norm)
    {
        Assert.Equal(radius, SquareMatrix.SpectralRadius([.. matrix], 2), Gelfand * Math.Max(radius, 1e-6));
        Assert.Equal(norm, SquareMatrix.SpectralNorm([.. matrix], 2), PowerMethod * Math.Max(norm, 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(33)]
    [InlineData(64)]
    public void SpectralRadiusAndNorm_OfGaussianMatrices_MatchMathNet(int size)
    {
        for (ulong seed = 0; seed < 10; seed++)
        {
            double[] values = SquareMatrix.Gaussian(size, new SplittableRandom(seed));
            DenseMatrix matrix = DenseMatrix.OfColumnMajor(size, size, values);
            double radius = matrix.Evd().EigenValues.Enumerate().Max(static eigenvalue => eigenvalue.Magnitude);
            Assert.Equal(radius, SquareMatrix.SpectralRadius(values, size), Gelfand * radius);
            Assert.Equal(matrix.L2Norm(), SquareMatrix.SpectralNorm(values, size), PowerMethod * matrix.L2Norm());
        }
    }

    [Fact]
    public void Orthogonal_ManyDraws_HasRowsOfEitherSign()
    {
        // A QR factorisation without care for signs would favour one: the uniform distribution knows no preference.
        const int Draws = 1000;
        int positive = 0;
        SplittableRandom random = new(InitialisedNetwork.Seed);
        for (int i = 0; i < Draws; i++)
        {
            positive += SquareMatrix.Orthogonal(3, random)[0] > 0 ? 1 : 0;
        }

        // 500 ± 6 standard deviations of √(1000·¼) ≈ 15.8.
        Assert.InRange(positive, 405, 595);
    }
}
