using System.Numerics.Tensors;

namespace Backflow.Engine;

/// <summary>One timestep of one sequence in Ω: (‖g·Jₜ‖ / ‖g‖ − 1)², with g = ∂L/∂hₜ and Jₜ = diag(φ′(aₜ))·R.</summary>
/// <remarks>
/// Pascanu, Mikolov &amp; Bengio 2013, equations 9 to 11; derived in docs/mathematics/omega.md. g and hₜ₋₁ are
/// constants; aₜ = R·hₜ₋₁ + … is not, so φ″ takes part.
/// </remarks>
internal sealed class OmegaTerm(CellActivation activation, int hiddenSize)
{
    private readonly double[] _v = new double[hiddenSize];
    private readonly double[] _u = new double[hiddenSize];

    /// <summary>Adds strength·∂Ωₜ/∂R.</summary>
    /// <param name="r">R, [H, H], row-major.</param>
    /// <param name="g">∂L/∂hₜ, [H].</param>
    /// <param name="before">hₜ₋₁, [H].</param>
    /// <param name="after">hₜ, [H].</param>
    /// <param name="strength">The factor.</param>
    /// <param name="gradient">[H, H], added to.</param>
    /// <returns>Ωₜ; 0 where g is 0 or not finite, or nothing of it arrives.</returns>
    public double AddGradient(
        ReadOnlySpan<double> r,
        ReadOnlySpan<double> g,
        ReadOnlySpan<double> before,
        ReadOnlySpan<double> after,
        double strength,
        Span<double> gradient)
    {
        int h = _v.Length;
        double norm = TensorPrimitives.Norm(g);
        if (!(norm > 0) || !double.IsFinite(norm))
        {
            return 0;
        }

        // v = g ⊙ φ′(a),  u = Rᵀ·v
        Array.Clear(_u);
        for (int i = 0; i < h; i++)
        {
            _v[i] = g[i] * activation.Slope(after[i]);
            TensorPrimitives.MultiplyAdd(r.Slice(i * h, h), _v[i], _u, _u);
        }

        double arriving = TensorPrimitives.Norm<double>(_u);
        if (!(arriving > 0) || !double.IsFinite(arriving))
        {
            return 0;
        }

        // ∂Ωₜ/∂R[i, j] = 2·(‖u‖/‖g‖ − 1)/‖g‖ · ( v[i]·û[j] + (R·û)[i]·g[i]·φ″(a[i])·hₜ₋₁[j] ),  û = u/‖u‖
        double excess = (arriving / norm) - 1;
        double factor = strength * 2 * excess / norm;
        TensorPrimitives.Divide(_u, arriving, _u);
        for (int i = 0; i < h; i++)
        {
            Span<double> row = gradient.Slice(i * h, h);
            double bend = TensorPrimitives.Dot(r.Slice(i * h, h), _u) * g[i] * activation.Bend(after[i]);
            TensorPrimitives.MultiplyAdd(_u, factor * _v[i], row, row);
            TensorPrimitives.MultiplyAdd(before, factor * bend, row, row);
        }

        return excess * excess;
    }
}
