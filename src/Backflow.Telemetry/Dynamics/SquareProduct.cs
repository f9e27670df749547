using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Backflow.Telemetry;

/// <summary>Row-major square matrices in double: products, and singular values through MathNet.</summary>
internal static class SquareProduct
{
    /// <summary>result = left·right, all [n, columns] row-major with left square.</summary>
    public static void Multiply(
        ReadOnlySpan<double> left, ReadOnlySpan<double> right, int n, int columns, Span<double> result)
    {
        result.Clear();
        for (int i = 0; i < n; i++)
        {
            Span<double> row = result.Slice(i * columns, columns);
            for (int k = 0; k < n; k++)
            {
                TensorPrimitives.MultiplyAdd(right.Slice(k * columns, columns), left[(i * n) + k], row, row);
            }
        }
    }

    /// <summary>All singular values, largest first. A matrix that is not finite has NaN for each.</summary>
    public static double[] SingularValues(ReadOnlySpan<double> rowMajor, int n) =>
        Decompose(
            rowMajor,
            n,
            double.NaN,
            // The transpose has the same singular values: a row-major matrix is its column-major transpose.
            static matrix => matrix.Svd(computeVectors: false).S.ToArray(),
            Math.ScaleB);

    /// <summary>All eigenvalues, largest magnitude first. A matrix that is not finite has NaN for each.</summary>
    public static Complex[] Eigenvalues(ReadOnlySpan<double> rowMajor, int n) =>
        Decompose(
            rowMajor,
            n,
            new Complex(double.NaN, double.NaN),
            static matrix =>
            [
                .. matrix.Evd(Symmetricity.Asymmetric).EigenValues.OrderByDescending(static value => value.Magnitude),
            ],
            static (value, exponent) =>
                new Complex(Math.ScaleB(value.Real, exponent), Math.ScaleB(value.Imaginary, exponent)));

    /// <summary>‖A‖_F = √Σ aᵢⱼ², also where the squares leave the range of a double. NaN where an element is; ∞ where
    /// one is infinite.</summary>
    public static double FrobeniusNorm(ReadOnlySpan<double> matrix)
    {
        double largest = TensorPrimitives.MaxMagnitude(matrix);
        if (largest == 0 || !double.IsFinite(largest))
        {
            return largest;
        }

        (double[] scaled, int exponent) = BroughtNearOne(matrix, largest);
        return Math.ScaleB(TensorPrimitives.Norm<double>(scaled), exponent);
    }

    // MathNet 5.0 compares with constants that suit numbers near 1. From 1e-16 on its singular values are silently too
    // small: a 64 × 64 Gaussian matrix times 1e-17 reads 0.556 of its norm. At 1e±200 its eigenvalues throw, as the
    // squares are 0 or ∞. A product of hundreds of Jacobians gets there. It finds no eigenvalues of 0, and says so by
    // an exception, as it does of the rare matrix with which it comes to no end: those have NaN, since a worker thread
    // may not throw.
    private static T[] Decompose<T>(
        ReadOnlySpan<double> rowMajor, int n, T notANumber, Func<DenseMatrix, T[]> decompose, Func<T, int, T> scale)
        where T : struct
    {
        double largest = TensorPrimitives.MaxMagnitude(rowMajor);
        if (largest == 0)
        {
            return new T[n];
        }

        if (!double.IsFinite(largest))
        {
            return [.. Enumerable.Repeat(notANumber, n)];
        }

        (double[] scaled, int exponent) = BroughtNearOne(rowMajor, largest);
        try
        {
            return Array.ConvertAll(decompose(new DenseMatrix(n, n, scaled)), value => scale(value, exponent));
        }
        catch (NonConvergenceException)
        {
            return [.. Enumerable.Repeat(notANumber, n)];
        }
    }
    // Divides by a power of two, which changes no digit.
    private static (double[] Scaled, int Exponent) BroughtNearOne(ReadOnlySpan<double> matrix, double largest)
    {
        int exponent = Math.ILogB(largest);
        double[] scaled = new double[matrix.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = Math.ScaleB(matrix[i], -exponent);
        }

        return (scaled, exponent);
    }
}
