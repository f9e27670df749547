using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂L/∂cₜ‖₂ for every timestep: the total gradient of an LSTM's cell state.</summary>
/// <remarks>
/// Definition and formula: docs/mathematics/lstm.md; Hochreiter &amp; Schmidhuber 1997. Frobenius norm over units and
/// sequences, [B, H]; loss averaged over its targets; before clipping. Unit: loss per unit of c. Range [0, ∞), NaN
/// kept.
/// How to read it: beside the total gradient of h. c falls more slowly wherever forget gates are open; a horizon read
/// from h alone misses what c still carries.
/// </remarks>
public static class CellGradientNorm
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "cell-gradient-norm";

    /// <summary>Measures one layer after its backward pass.</summary>
    /// <param name="pass">A network pass after its backward pass.</param>
    /// <param name="layer">A layer with a cell state.</param>
    /// <param name="norms">[T], overwritten: entry t belongs to the state after timestep t.</param>
    /// <exception cref="ArgumentException">The layer has no cell state, or <paramref name="norms"/> not T
    /// elements.</exception>
    public static void Measure(NetworkPass pass, int layer, Span<float> norms)
    {
        SpanShape.Require(norms.Length, pass.SequenceLength, "[T]", nameof(norms));
        if (!pass.Layers[layer].HasCellState)
        {
            throw new ArgumentException($"Layer {layer} has no cell state; only an LSTM has one.", nameof(layer));
        }

        for (int t = 0; t < norms.Length; t++)
        {
            norms[t] = (float)pass.Layers[layer].CellGradient(t).Norm();
        }
    }
}
