using System.Buffers;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂Lₜ/∂hₜ‖₂ for every timestep: what this timestep's own loss, or the layer above, asks of the
/// state.</summary>
/// <remarks>
/// Formula: δyₜ·W_head for the top layer, δaₜ·W of the layer above for the others (docs/mathematics/telemetry.md).
/// Frobenius norm over [B, H]; loss averaged over its targets; before clipping. Unit: loss per unit of h. Range [0, ∞),
/// NaN kept.
/// How to read it: total ÷ local is what the recurrence adds. Where both agree the network learns from this timestep
/// alone; where local is 0 and total is not, the whole signal has come back through time.
/// </remarks>
public static class LocalGradientNorm
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "local-gradient-norm";

    /// <summary>Measures one layer after its backward pass.</summary>
    /// <param name="pass">A network pass after its backward pass.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="norms">[T], overwritten: entry t belongs to the state after timestep t.</param>
    /// <exception cref="ArgumentException"><paramref name="norms"/> does not have T elements.</exception>
    /// <exception cref="InvalidOperationException">The layer is on top of a network without head.</exception>
    public static void Measure(NetworkPass pass, int layer, Span<float> norms)
    {
        SpanShape.Require(norms.Length, pass.SequenceLength, "[T]", nameof(norms));
        int length = pass.BatchSize * pass.Layers[layer].HiddenSize;
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        for (int t = 0; t < norms.Length; t++)
        {
            pass.Layers[layer].LocalGradient(t, rented.AsSpan(0, length));
            norms[t] = (float)GradientClipping.Norm(rented.AsSpan(0, length));
        }

        ArrayPool<float>.Shared.Return(rented);
    }
}
