using System.Buffers;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>√(mean of (Π f_k)²) from each timestep to the last: what the constant error carousel alone would
/// keep.</summary>
/// <remarks>
/// Π over k = t + 1 … T of f_k is ∂c_T/∂cₜ with the gates held fixed (docs/mathematics/lstm.md; Hochreiter &amp;
/// Schmidhuber 1997; Gers, Schmidhuber &amp; Cummins 2000). Root mean square over units and sequences, products in
/// double. Unit: none. Range [0, 1], and 1 at the last timestep. To be measured between the forward and the backward
/// pass. Cost: one sweep over the forget gate, O(T·B·H).
/// How to read it: beside the cell gradient, divided by its last value. Where the measured one lies above the gain, the
/// rest came through h and the recurrent matrices; where the gain falls like σ(b)ᵗ, the forget bias is what limits
/// memory.
/// </remarks>
public static class CarouselGain
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "carousel-gain";

    /// <summary>Measures one layer.</summary>
    /// <param name="pass">A network pass between its forward and its backward pass.</param>
    /// <param name="layer">An LSTM layer.</param>
    /// <param name="gains">[T], overwritten: entry t belongs to the state after timestep t.</param>
    public static void Measure(NetworkPass pass, int layer, Span<float> gains)
    {
        SpanShape.Require(gains.Length, pass.SequenceLength, "[T]", nameof(gains));
        if (!pass.HasCellState(layer))
        {
            throw new ArgumentException($"Layer {layer} has no cell state; only an LSTM has one.", nameof(layer));
        }

        int length = pass.BatchSize * pass.HiddenSize(layer);
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        double[] rentedProducts = ArrayPool<double>.Shared.Rent(length);
        Span<double> products = rentedProducts.AsSpan(0, length);
        products.Fill(1);
        for (int t = gains.Length - 1; t >= 0; t--)
        {
            double sum = 0;
            foreach (double product in products)
            {
                sum += product * product;
            }

            gains[t] = (float)Math.Sqrt(sum / length);
            Span<float> forget = rented.AsSpan(0, length);
            pass.GetGate(layer, t, (int)LstmGate.Forget, forget);
            for (int i = 0; i < length; i++)
            {
                products[i] *= forget[i];
            }
        }

        ArrayPool<float>.Shared.Return(rented);
        ArrayPool<double>.Shared.Return(rentedProducts);
    }
}
