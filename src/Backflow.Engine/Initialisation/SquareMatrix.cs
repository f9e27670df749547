using System.Numerics.Tensors;

namespace Backflow.Engine;

/// <summary>Random square matrices and the two numbers that judge them, in double and row-major.</summary>
internal static class SquareMatrix
{
    /// <summary>Squarings of the matrix for its spectral radius: the power reached is 2²⁴.</summary>
    private const int Squarings = 24;

    /// <summary>Steps of the power method at most; it stops when the norm no longer changes.</summary>
    private const int PowerSteps = 20_000;

    /// <summary>Relative change of the norm in one step of the power method that ends it.</summary>
    private const double PowerTolerance = 1e-14;

    public static double[] Identity(int size)
    {
        double[] matrix = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            matrix[(i * size) + i] = 1;
        }

        return matrix;
    }

    public static double[] Gaussian(int size, SplittableRandom random)
    {
        double[] matrix = new double[size * size];
        for (int i = 0; i < matrix.Length; i++)
        {
            matrix[i] = random.NextGaussian();
        }

        return matrix;
    }

    /// <summary>A matrix from the uniform (Haar) distribution over orthogonal matrices.</summary>
    /// <remarks>
    /// Gram–Schmidt on the rows of a Gaussian matrix, twice, because one pass loses orthogonality in proportion to the
    /// condition number (Giraud et al. 2005). It leaves the triangular factor's diagonal positive, which is what makes
    /// the distribution uniform (Mezzadri 2007).
    /// </remarks>
    public static double[] Orthogonal(int size, SplittableRandom random)
    {
        double[] matrix = Gaussian(size, random);
        for (int i = 0; i < size; i++)
        {
            Span<double> row = matrix.AsSpan(i * size, size);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < i; j++)
                {
                    ReadOnlySpan<double> earlier = matrix.AsSpan(j * size, size);
                    TensorPrimitives.MultiplyAdd(earlier, -TensorPrimitives.Dot<double>(row, earlier), row, row);
                }
            }

            TensorPrimitives.Divide(row, TensorPrimitives.Norm<double>(row), row);
        }

        return matrix;
    }

    public static double[] Scale(double[] matrix, double factor)
    {
        TensorPrimitives.Multiply(matrix, factor, matrix);
        return matrix;
    }

    /// <summary>The largest singular value σ₁: the power method on AᵀA.</summary>
    public static double SpectralNorm(double[] matrix, int size)
    {
        double[] v = new double[size];
        double[] u = new double[size];
        SplittableRandom random = new(0);
        for (int i = 0; i < size; i++)
        {
            v[i] = random.NextGaussian();
        }

        double norm = 0;
        for (int step = 0; step < PowerSteps; step++)
        {
            TensorPrimitives.Divide(v, TensorPrimitives.Norm<double>(v), v);
            for (int i = 0; i < size; i++)
            {
                u[i] = TensorPrimitives.Dot<double>(matrix.AsSpan(i * size, size), v);
            }

            double previous = norm;
            norm = TensorPrimitives.Norm<double>(u);
            if (Math.Abs(norm - previous) <= PowerTolerance * norm)
            {
                break;
            }

            Array.Clear(v);
            for (int i = 0; i < size; i++)
            {
                TensorPrimitives.MultiplyAdd(matrix.AsSpan(i * size, size), u[i], v, v);
            }
        }

        return norm;
    }

    /// <summary>
    /// The spectral radius ρ by Gelfand's formula, ρ = lim ‖Aᵏ‖^(1/k), with k = 2²⁴ by repeated squaring.
    /// </summary>
    /// <remarks>
    /// Unlike the power method it needs no care with complex pairs. The relative error is about ln(κ)/k, κ the
    /// condition of the eigenvectors: below 10⁻⁵ for any matrix met here. The norm is divided out at each squaring, its
    /// logarithm kept.
    /// </remarks>
    public static double SpectralRadius(double[] matrix, int size)
    {
        double[] power = (double[])matrix.Clone();
        double[] square = new double[power.Length];
        double logarithm = 0;
        double exponent = 1;
        for (int i = 0; i <= Squarings; i++)
        {
            double norm = TensorPrimitives.Norm<double>(power);
            if (norm == 0)
            {
                return 0;
            }

            TensorPrimitives.Divide(power, norm, power);
            logarithm += Math.Log(norm) / exponent;
            exponent *= 2;
            if (i < Squarings)
            {
                Square(power, square, size);
                (power, square) = (square, power);
            }
        }

        return Math.Exp(logarithm);
    }

    private static void Square(double[] matrix, double[] result, int size)
    {
        Array.Clear(result);
        for (int i = 0; i < size; i++)
        {
            Span<double> row = result.AsSpan(i * size, size);
            for (int k = 0; k < size; k++)
            {
                TensorPrimitives.MultiplyAdd(matrix.AsSpan(k * size, size), matrix[(i * size) + k], row, row);
            }
        }
    }
}
