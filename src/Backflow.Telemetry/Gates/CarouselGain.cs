using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
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
        if (!pass.Layers[layer].HasCellState)
        {
            throw new ArgumentException($"Layer {layer} has no cell state; only an LSTM has one.", nameof(layer));
        }

        int length = pass.BatchSize * pass.Layers[layer].HiddenSize;
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        double[] rentedProducts = ArrayPool<double>.Shared.Rent(length);
        Span<double> products = rentedProducts.AsSpan(0, length);
        products.Fill(1);
        for (int t = gains.Length - 1; t >= 0; t--)
        {
            gains[t] = (float)Math.Sqrt(TensorPrimitives.SumOfSquares<double>(products) / length);
            Span<float> forget = rented.AsSpan(0, length);
            pass.Layers[layer].Gate((int)LstmGate.Forget, t, forget);
            Multiply(products, forget);
        }

        ArrayPool<float>.Shared.Return(rented);
        ArrayPool<double>.Shared.Return(rentedProducts);
    }

    private static void Multiply(Span<double> products, ReadOnlySpan<float> forget)
    {
        ref double product = ref MemoryMarshal.GetReference(products);
        ref float gate = ref MemoryMarshal.GetReference(forget);
        int vectorised = forget.Length - (forget.Length % Vector<float>.Count);
        for (int i = 0; i < vectorised; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref gate, (nuint)i), out Vector<double> low, out Vector<double> high);
            nuint upper = (nuint)(i + Vector<double>.Count);
            (Vector.LoadUnsafe(ref product, (nuint)i) * low).StoreUnsafe(ref product, (nuint)i);
            (Vector.LoadUnsafe(ref product, upper) * high).StoreUnsafe(ref product, upper);
        }

        for (int i = vectorised; i < forget.Length; i++)
        {
            products[i] *= forget[i];
        }
    }
}
