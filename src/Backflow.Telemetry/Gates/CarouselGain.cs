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
public sealed class CarouselGain() : RowMetric(Description)
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "carousel-gain";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Carousel gain",
        Title = "Carousel gain Π f_k from t to T",
        Meaning = "What the constant error carousel alone would keep from each timestep to the last.",
        Formula = "√(mean of (Π_{k>t} f_k)²)",
        Reduction = "[T] per LSTM layer; root mean square over units and sequences",
        Range = "[0, 1], 1 at the last timestep",
        Unit = "none",
        HowToRead = "A fall like σ(b)ᵗ says that the forget bias limits memory.",
        Caption = "root mean square over units and batch, gates held fixed",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Full,
        Kind = ColumnKind.Row,
        Cost = CostClass.Sweep,
    };

    /// <summary>Whether a cell has a carousel: a cell state, and a gate that keeps it.</summary>
    /// <param name="cell">One of the engine's or a registered one.</param>
    /// <returns>True for the LSTM.</returns>
    public static bool CanMeasure(CellDescription cell) => cell is { HasCellState: true, Keep: not null };

    /// <inheritdoc/>
    public override StepMoment Moment => StepMoment.AfterForward;

    /// <inheritdoc/>
    public override bool AppliesTo(LayerPass layer) => CanMeasure(layer.Options.Cell) && layer.KeepsGates;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The layer has no cell state.</exception>
    public override void Measure(LayerPass layer, Span<float> row)
    {
        SpanShape.Require(row.Length, layer.SequenceLength, "[T]", nameof(row));
        if (!CanMeasure(layer.Options.Cell))
        {
            throw new ArgumentException(
                $"Layer {layer.Index} has no cell state that a gate keeps, as an LSTM has.", nameof(layer));
        }

        KeepGate keep = layer.Options.Cell.Keep!.Value;

        int length = layer.BatchSize * layer.HiddenSize;
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        double[] rentedProducts = ArrayPool<double>.Shared.Rent(length);
        Span<double> products = rentedProducts.AsSpan(0, length);
        products.Fill(1);
        for (int t = row.Length - 1; t >= 0; t--)
        {
            row[t] = (float)Math.Sqrt(TensorPrimitives.SumOfSquares<double>(products) / length);
            Span<float> forget = rented.AsSpan(0, length);
            layer.Gate(keep.Gate, t, forget);
            if (!keep.KeepsWhenOpen)
            {
                TensorPrimitives.Subtract(1, forget, forget);
            }

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
