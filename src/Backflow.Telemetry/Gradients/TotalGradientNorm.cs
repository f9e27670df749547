using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂L/∂hₜ‖₂ for every timestep: the total gradient, through the recurrence, of the last backward
/// pass.</summary>
/// <remarks>
/// The norm runs over units and sequences together (Frobenius over [B, H]); the loss is the mean over all targets, so
/// the value falls with batch size and sequence length as the mean does. It is taken before clipping.
/// How to read it: a straight fall to the left on a logarithmic axis is a vanishing gradient, and its slope is the
/// decay per timestep; a rise to the left is an exploding one.
/// </remarks>
public static class TotalGradientNorm
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "total-gradient-norm";

    /// <summary>Measures one layer.</summary>
    /// <param name="pass">A network pass after its backward pass.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="norms">[T], overwritten: entry t belongs to the state after timestep t.</param>
    /// <exception cref="ArgumentException"><paramref name="norms"/> does not have T elements.</exception>
    public static void Measure(NetworkPass pass, int layer, Span<float> norms)
    {
        SpanShape.Require(norms.Length, pass.SequenceLength, "[T]", nameof(norms));
        for (int t = 0; t < norms.Length; t++)
        {
            norms[t] = (float)pass.Layers[layer].HiddenGradient(t).Norm();
        }
    }
}
