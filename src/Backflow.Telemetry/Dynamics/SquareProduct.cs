using System.Numerics.Tensors;
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
    public static double[] SingularValues(ReadOnlySpan<double> rowMajor, int n)
    {
        if (!TensorPrimitives.IsFiniteAll(rowMajor))
        {
            return [.. Enumerable.Repeat(double.NaN, n)];
        }

        // The transpose has the same singular values: a row-major matrix is its column-major transpose.
        return new DenseMatrix(n, n, rowMajor.ToArray()).Svd(computeVectors: false).S.ToArray();
    }

    /// <summary>All eigenvalues, largest magnitude first. A matrix that is not finite has NaN for each.</summary>
    public static System.Numerics.Complex[] Eigenvalues(ReadOnlySpan<double> rowMajor, int n)
    {
        if (!TensorPrimitives.IsFiniteAll(rowMajor))
        {
            return [.. Enumerable.Repeat(new System.Numerics.Complex(double.NaN, double.NaN), n)];
        }

        Vector<System.Numerics.Complex> values =
            new DenseMatrix(n, n, rowMajor.ToArray()).Evd(Symmetricity.Asymmetric).EigenValues;
        return [.. values.OrderByDescending(static value => value.Magnitude)];
    }
}
