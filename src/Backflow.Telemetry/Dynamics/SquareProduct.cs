using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Backflow.Telemetry;

/// <summary>Row-major square matrices in double: products, and eigenvalues and singular values through
/// MathNet.</summary>
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

    /// <summary>All singular values, largest first. NaN for each where the matrix is not finite or the iteration does not
    /// converge.</summary>
    public static double[] SingularValues(ReadOnlySpan<double> rowMajor, int n) => OfScaled(
        rowMajor, n, double.NaN, static (scaled, scale) =>
            [.. scaled.Svd(computeVectors: false).S.Select(value => value * scale)]);

    /// <summary>All eigenvalues, largest magnitude first. NaN for each where the matrix is not finite or the iteration does
    /// not converge.</summary>
    public static Complex[] Eigenvalues(ReadOnlySpan<double> rowMajor, int n) => OfScaled(
        rowMajor, n, new Complex(double.NaN, double.NaN), static (scaled, scale) =>
        [
            .. scaled.Evd(Symmetricity.Asymmetric).EigenValues
                .OrderByDescending(static value => value.Magnitude)
                .Select(value => value * scale),
        ]);

    // The iterations compare with the machine epsilon times the elements, so they are given elements of at most 1: they
    // do not end where that product is zero. The zero matrix is its own answer.
    private static T[] OfScaled<T>(ReadOnlySpan<double> rowMajor, int n, T unknown, Func<DenseMatrix, double, T[]> solve)
        where T : struct
    {
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude(rowMajor));
        if (largest == 0)
        {
            return new T[n];
        }

        if (!double.IsFinite(largest))
        {
            return [.. Enumerable.Repeat(unknown, n)];
        }

        double[] scaled = new double[rowMajor.Length];
        TensorPrimitives.Divide(rowMajor, largest, scaled);
        try
        {
            // The transpose has the same values: a row-major matrix is its column-major transpose.
            return solve(new DenseMatrix(n, n, scaled), largest);
        }
        catch (NonConvergenceException)
        {
            return [.. Enumerable.Repeat(unknown, n)];
        }
    }
}
