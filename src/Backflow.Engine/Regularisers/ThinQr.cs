using System.Numerics.Tensors;

namespace Backflow.Engine;

/// <summary>
/// A = Q·R of k directions of S numbers, k ≤ S, and what a gradient of Q and of R's diagonal means for A.
/// </summary>
/// <remarks>
/// Matrices of directions are stored direction by direction, [k, S]: a row here is a column of A or Q.
/// </remarks>
internal static class ThinQr
{
    /// <summary>Turns A into Q. Modified Gram–Schmidt, twice per direction: as stable as Householder's.</summary>
    /// <param name="directions">[k, S]. A on entry, Q on return.</param>
    /// <param name="upper">R, [k, k], row-major, overwritten; its diagonal is positive.</param>
    /// <param name="k">Directions.</param>
    /// <returns>False where a direction is lost, so that R has a 0 on its diagonal, or is not finite.</returns>
    public static bool Factor(Span<double> directions, Span<double> upper, int k)
    {
        int s = directions.Length / k;
        upper.Clear();
        for (int j = 0; j < k; j++)
        {
            Span<double> column = directions.Slice(j * s, s);
            for (int i = 0; i < 2 * j; i++)
            {
                ReadOnlySpan<double> earlier = directions.Slice(i % j * s, s);
                double overlap = TensorPrimitives.Dot(earlier, column);
                upper[(i % j * k) + j] += overlap;
                TensorPrimitives.MultiplyAdd(earlier, -overlap, column, column);
            }

            double norm = TensorPrimitives.Norm<double>(column);
            if (!(norm > 0) || !double.IsFinite(norm))
            {
                return false;
            }

            upper[(j * k) + j] = norm;
            TensorPrimitives.Divide(column, norm, column);
        }

        return true;
    }

    /// <summary>∂L/∂A = (∂L/∂Q + Q·copyltu(M))·R⁻ᵀ with M = R·(∂L/∂R)ᵀ − (∂L/∂Q)ᵀ·Q.</summary>
    /// <remarks>
    /// Liao, Liu, Wang &amp; Xiang 2019, "Differentiable programming tensor networks", section III.A; copyltu mirrors
    /// the lower triangle. Here ∂L/∂R has a diagonal alone, so that R·(∂L/∂R)ᵀ adds to the diagonal alone.
    /// </remarks>
    /// <param name="q">Q, [k, S].</param>
    /// <param name="upper">R, [k, k].</param>
    /// <param name="diagonal">R[i, i]·∂L/∂R[i, i], [k].</param>
    /// <param name="d">[k, S]. ∂L/∂Q on entry, ∂L/∂A on return.</param>
    /// <param name="mirrored">Room for copyltu(M), [k, k], overwritten.</param>
    public static void Backward(
        ReadOnlySpan<double> q,
        ReadOnlySpan<double> upper,
        ReadOnlySpan<double> diagonal,
        Span<double> d,
        Span<double> mirrored)
    {
        int k = diagonal.Length;
        int s = q.Length / k;
        for (int i = 0; i < k; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double m = -TensorPrimitives.Dot<double>(d.Slice(i * s, s), q.Slice(j * s, s));
                mirrored[(i * k) + j] = mirrored[(j * k) + i] = i == j ? m + diagonal[i] : m;
            }
        }

        for (int i = k - 1; i >= 0; i--)
        {
            // From ∂L/∂A·Rᵀ = B, the last direction first: B's column i is Σ over j ≥ i of (∂L/∂A)ⱼ·R[i, j].
            Span<double> column = d.Slice(i * s, s);
            for (int j = 0; j < k; j++)
            {
                TensorPrimitives.MultiplyAdd(q.Slice(j * s, s), mirrored[(j * k) + i], column, column);
            }

            for (int j = i + 1; j < k; j++)
            {
                TensorPrimitives.MultiplyAdd(d.Slice(j * s, s), -upper[(i * k) + j], column, column);
            }

            TensorPrimitives.Divide(column, upper[(i * k) + i], column);
        }
    }
}
