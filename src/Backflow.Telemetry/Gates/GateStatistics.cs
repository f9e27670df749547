using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>How open one gate is at every timestep, and how much of its gradient its activation lets through.</summary>
/// <remarks>
/// Four rows from one sweep, each a mean over units and sequences: the mean value; the share below 0.1; the share above
/// 0.9; the mean derivative, y(1 − y) for a σ gate, 1 − y² for a tanh candidate. For a candidate both shares look at
/// |y|. Thresholds: Karpathy, Johnson &amp; Li 2015, "Visualizing and understanding recurrent networks", section 4.2.
/// Unit: none. Range [0, 1], the mean of a candidate [−1, 1], the derivative of a σ gate [0, 0.25]. NaN counts in
/// neither share and makes the mean NaN. To be measured between the forward and the backward pass, which reuses the
/// buffer. Cost: one sweep over the gate, O(T·B·H).
/// How to read it: a forget gate with a large share below 0.1 is a closed one, and the memory ends there; a gate whose
/// mean derivative is near 0 can hardly be moved any more.
/// </remarks>
public sealed class GateStatistics() : LayerMetric(
    Description, ShareBelowDescription, ShareAboveDescription, MeanDerivativeDescription)
{
    /// <summary>The mean value's name in run columns and URLs.</summary>
    public const string MetricName = "gate-mean";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Gate mean",
        Title = "Mean of the {gate} gate",
        Meaning = "How open a gate is.",
        Formula = "mean of y",
        Reduction = "[T] per gate; over units and sequences",
        Range = "[0, 1], candidate [−1, 1]; NaN kept",
        Unit = "none",
        HowToRead =
            "A forget gate that falls towards 0 forgets; an update gate that stays at its bias has not learned "
            + "to choose.",
        Caption = "mean over units and batch",
        CandidateScale = MetricScale.Diverging,
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Row,
        Cost = CostClass.LargeSweep,
    };

    /// <summary>The name of the share below 0.1.</summary>
    public const string ShareBelowMetricName = "gate-share-below";

    /// <summary>The words and the schedule of <see cref="ShareBelowMetricName"/>.</summary>
    public static MetricDescription ShareBelowDescription { get; } = new()
    {
        Name = ShareBelowMetricName,
        Label = "Gate share below 0.1",
        Title = "Share of the {gate} gate below 0.1",
        Meaning = "How much of a gate is closed.",
        Formula = "share of y < 0.1, of |y| < 0.1 for a candidate",
        Reduction = "[T] per gate; over units and sequences",
        Range = "[0, 1]",
        Unit = "none",
        HowToRead = "A forget gate closed for most units ends the memory there.",
        Caption = "share of values below 0.1, over units and batch",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Row,
        Cost = CostClass.LargeSweep,
    };

    /// <summary>The name of the share above 0.9.</summary>
    public const string ShareAboveMetricName = "gate-share-above";

    /// <summary>The words and the schedule of <see cref="ShareAboveMetricName"/>.</summary>
    public static MetricDescription ShareAboveDescription { get; } = new()
    {
        Name = ShareAboveMetricName,
        Label = "Gate share above 0.9",
        Title = "Share of the {gate} gate above 0.9",
        Meaning = "How much of a gate is open, or of a candidate saturated.",
        Formula = "share of y > 0.9, of |y| > 0.9 for a candidate",
        Reduction = "[T] per gate; over units and sequences",
        Range = "[0, 1]",
        Unit = "none",
        HowToRead = "Open forget gates keep; open input gates at every timestep overwrite.",
        Caption = "share of values above 0.9, over units and batch",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Row,
        Cost = CostClass.LargeSweep,
    };

    /// <summary>The name of the mean derivative.</summary>
    public const string MeanDerivativeMetricName = "gate-mean-derivative";

    /// <summary>The words and the schedule of <see cref="MeanDerivativeMetricName"/>.</summary>
    public static MetricDescription MeanDerivativeDescription { get; } = new()
    {
        Name = MeanDerivativeMetricName,
        Label = "Gate mean derivative",
        Title = "Mean derivative of the {gate} gate",
        Meaning = "How much of its gradient a gate's activation lets through.",
        Formula = "mean of y(1 − y), of 1 − y² for a candidate",
        Reduction = "[T] per gate; over units and sequences",
        Range = "[0, 0.25], candidate [0, 1]; NaN kept",
        Unit = "none",
        HowToRead = "Near 0 the gate can hardly be moved any more.",
        Caption = "mean derivative of the activation over units and batch; at most 0.25 for a σ gate, 1 for tanh",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Row,
        Cost = CostClass.LargeSweep,
    };

    /// <summary>Below this a gate counts as closed.</summary>
    public const float Closed = 0.1f;

    /// <summary>Above this a gate counts as open.</summary>
    public const float Open = 0.9f;

    // A float sum of more than some hundred gates loses the digits that tell 0.9999 from 1.
    private const int Chunk = 512;

    /// <summary>Measures all gates of one layer.</summary>
    /// <param name="layer">A layer between its forward and its backward pass; an Elman network has no gates, and
    /// nothing happens.</param>
    /// <param name="rows">Made for the layer's cell and T, overwritten.</param>
    /// <exception cref="ArgumentException"><paramref name="rows"/> was made for another cell or T.</exception>
    public static void Measure(LayerPass layer, GateRows rows)
    {
        rows.Require(layer);
        int length = layer.BatchSize * layer.HiddenSize;
        float[] rented = ArrayPool<float>.Shared.Rent(rows.Gates.Length * length);
        Span<float> values = rented.AsSpan(0, rows.Gates.Length * length);
        for (int t = 0; t < layer.SequenceLength && !values.IsEmpty; t++)
        {
            layer.Gates(t, values);
            for (int gate = 0; gate < rows.Gates.Length; gate++)
            {
                Sweep(values.Slice(gate * length, length), gate, t, rows);
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <inheritdoc/>
    public override bool AppliesTo(LayerPass layer) =>
        layer.KeepsGates && layer.Options.Cell.IsGated;

    /// <inheritdoc/>
    public override Measurement Attach(LayerPass layer) => new LayerGates(layer);

    private static void Sweep(ReadOnlySpan<float> values, int gate, int t, GateRows rows)
    {
        CellActivation activation = rows.Cell.Gates[gate].Activation;
        bool isCandidate = activation.IsSigned;
        Sums sums = default;
        for (int i = 0; i < values.Length; i += Chunk)
        {
            Add(values.Slice(i, Math.Min(Chunk, values.Length - i)), isCandidate, ref sums);
        }

        if (!activation.Saturates)
        {
            sums.Derivative = SumOfSlopes(values, activation);
        }

        rows.Mean(gate)[t] = (float)(sums.Value / values.Length);
        rows.ShareBelow(gate)[t] = (float)sums.Below / values.Length;
        rows.ShareAbove(gate)[t] = (float)sums.Above / values.Length;
        rows.MeanDerivative(gate)[t] = (float)(sums.Derivative / values.Length);
    }

    // Of gates that are neither σ nor tanh, which only cells from outside have.
    private static double SumOfSlopes(ReadOnlySpan<float> values, CellActivation activation)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += activation.Slope(value);
        }

        return sum;
    }

    // y(1 − y) of a σ gate, (1 + |y|)(1 − |y|) = 1 − y² of a candidate, element by element: Σy − Σy² of thousands of
    // gates near 1 has no digit left.
    private static void Add(ReadOnlySpan<float> values, bool isCandidate, ref Sums sums)
    {
        Vector<float> total = Vector<float>.Zero;
        Vector<float> derivatives = Vector<float>.Zero;
        Vector<int> belows = Vector<int>.Zero;
        Vector<int> aboves = Vector<int>.Zero;

        // |y| is y without its sign bit; a σ gate keeps all bits.
        Vector<float> magnitude = Vector.AsVectorSingle(new Vector<int>(isCandidate ? int.MaxValue : -1));
        float offset = isCandidate ? 1 : 0;
        ref float first = ref MemoryMarshal.GetReference(values);
        int vectorised = values.Length - (values.Length % Vector<float>.Count);
        for (int i = 0; i < vectorised; i += Vector<float>.Count)
        {
            Vector<float> y = Vector.LoadUnsafe(ref first, (nuint)i);
            Vector<float> size = y & magnitude;
            total += y;
            derivatives += (Vector<float>.One - size) * (size + new Vector<float>(offset));

            // A comparison gives −1 where it holds.
            belows -= Vector.LessThan(size, new Vector<float>(Closed));
            aboves -= Vector.GreaterThan(size, new Vector<float>(Open));
        }

        sums.Value += Vector.Sum(total);
        sums.Derivative += Vector.Sum(derivatives);
        sums.Below += Vector.Sum(belows);
        sums.Above += Vector.Sum(aboves);
        foreach (float y in values[vectorised..])
        {
            float size = isCandidate ? MathF.Abs(y) : y;
            sums.Value += y;
            sums.Derivative += (1 - size) * (size + offset);
            sums.Below += size < Closed ? 1 : 0;
            sums.Above += size > Open ? 1 : 0;
        }
    }

    /// <summary>Sums over the values of a timestep, in double from chunk to chunk.</summary>
    private struct Sums
    {
        public double Value;
        public double Derivative;
        public int Below;
        public int Above;
    }

    private sealed class LayerGates : Measurement
    {
        private readonly LayerPass _layer;
        private readonly GateRows _rows;
        private readonly ImmutableArray<GateColumns> _columns;

        public LayerGates(LayerPass layer)
        {
            _layer = layer;
            _rows = new GateRows(layer.Options.Cell, layer.SequenceLength);
            _columns = [.. _rows.Gates.Select(GateColumns.Of)];
        }

        public override void AfterForward(long step, IMeasurementSink sink)
        {
            Measure(_layer, _rows);
            for (int gate = 0; gate < _columns.Length; gate++)
            {
                sink.Row(_columns[gate].Mean, _layer.Index, step, _rows.Mean(gate));
                sink.Row(_columns[gate].ShareBelow, _layer.Index, step, _rows.ShareBelow(gate));
                sink.Row(_columns[gate].ShareAbove, _layer.Index, step, _rows.ShareAbove(gate));
                sink.Row(_columns[gate].MeanDerivative, _layer.Index, step, _rows.MeanDerivative(gate));
            }
        }
    }

    /// <summary>The columns of one gate, spelt once.</summary>
    private sealed record GateColumns(string Mean, string ShareBelow, string ShareAbove, string MeanDerivative)
    {
        public static GateColumns Of(string gate) => new(
            MetricColumn.OfGate(MetricName, gate),
            MetricColumn.OfGate(ShareBelowMetricName, gate),
            MetricColumn.OfGate(ShareAboveMetricName, gate),
            MetricColumn.OfGate(MeanDerivativeMetricName, gate));
    }
}
