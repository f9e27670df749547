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

    // MathNet squares the elements: a product of hundreds of Jacobians, whose squares are 0 or ∞, has to be brought
    // near 1 first, by a power of two that changes no digit. It finds no eigenvalues of 0, and says so by an exception,
    // as it does of the rare matrix with which it comes to no end: those have NaN, since a worker thread may not throw.
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

        int exponent = Math.ILogB(largest);
        double[] scaled = new double[rowMajor.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = Math.ScaleB(rowMajor[i], -exponent);
        }

        try
        {
            return Array.ConvertAll(decompose(new DenseMatrix(n, n, scaled)), value => scale(value, exponent));
        }
        catch (NonConvergenceException)
        {
            return [.. Enumerable.Repeat(notANumber, n)];
        }
    }
}
