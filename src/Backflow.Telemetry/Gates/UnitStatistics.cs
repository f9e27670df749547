using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Share of states that sit where the activation's derivative is small, for every timestep.</summary>
/// <remarks>
/// Saturated means: |h| above 0.9 for tanh cells, LSTM and GRU; below 0.1 or above 0.9 for the sigmoid; not above 0 for
/// ReLU, whose derivative is then 0. The share is over units and sequences. For an Elman network the derivative
/// behind it is at most 0.19 (tanh), 0.09 (sigmoid), 0 (ReLU). Threshold: Karpathy, Johnson &amp; Li 2015.
/// Unit: none. Range [0, 1]; NaN counts as not saturated. Cost: one sweep over the states, O(T·B·H).
/// How to read it: a saturated Elman unit multiplies every gradient that passes by almost 0, whatever R is: a high
/// share
/// explains a vanishing gradient that the spectral radius does not.
/// </remarks>
public sealed class UnitStatistics() : LayerMetric(Description, DeadShareDescription)
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "unit-saturation";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Saturated units",
        Title = "Share of saturated units",
        Meaning = "Share of states where the activation's derivative is small.",
        Formula = "|h| > 0.9 (tanh, LSTM, GRU); h < 0.1 or > 0.9 (sigmoid); h ≤ 0 (ReLU)",
        Reduction = "[T] per layer; over units and sequences",
        Range = "[0, 1]; NaN counts as not saturated",
        Unit = "none",
        HowToRead = "A saturated Elman unit multiplies every gradient that passes by almost 0, whatever R is.",
        Caption = "|h| above 0.9 (sigmoid: h below 0.1 or above 0.9; ReLU: h = 0), share over units and batch",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Row,
        Cost = CostClass.Sweep,
    };

    /// <summary>The name of the share of units that are stuck.</summary>
    public const string DeadShareMetricName = "dead-unit-share";

    /// <summary>The words and the schedule of <see cref="DeadShareMetricName"/>.</summary>
    public static MetricDescription DeadShareDescription { get; } = new()
    {
        Name = DeadShareMetricName,
        Label = "Dead units",
        Title = "Share of dead units",
        Meaning = "Units that are saturated nearly always; for ReLU, dead units.",
        Formula = "share of units saturated in more than 99 % of all timesteps and sequences",
        Reduction = "a scalar per layer",
        Range = "[0, 1]",
        Unit = "none",
        HowToRead = "Above one half a ReLU layer has lost most of its units.",
        Caption = "saturated in more than 99 % of all timesteps and sequences",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Sweep,
    };

    /// <summary>A unit is dead when it is saturated in more than this share of all timesteps and sequences.</summary>
    /// <remarks>SageMaker Debugger's dead-ReLU rule uses the same share.</remarks>
    public const double DeadShare = 0.99;

    /// <summary>Measures one layer.</summary>
    /// <param name="layer">A layer after its forward layer.</param>
    /// <param name="saturation">[T], overwritten: share of saturated states.</param>
    /// <returns>
    /// Share of units that are saturated in more than 99 % of all timesteps and sequences: for ReLU, dead units.
    /// </returns>
    public static double Measure(LayerPass layer, Span<float> saturation)
    {
        SpanShape.Require(saturation.Length, layer.SequenceLength, "[T]", nameof(saturation));
        CellActivation activation = layer.Options.Cell.StateActivation;
        int hiddenSize = layer.HiddenSize;
        int length = layer.BatchSize * hiddenSize;
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        int[] counted = ArrayPool<int>.Shared.Rent(hiddenSize);
        Span<int> perUnit = counted.AsSpan(0, hiddenSize);
        perUnit.Clear();
        (float low, float high) = HealthyRange(activation);
        for (int t = 0; t < saturation.Length; t++)
        {
            Span<float> states = rented.AsSpan(0, length);
            layer.Hidden(t).CopyTo(states);
            saturation[t] = (float)Count(states, low, high, perUnit) / length;
        }

        int dead = 0;
        foreach (int count in perUnit)
        {
            dead += count > DeadShare * layer.SequenceLength * layer.BatchSize ? 1 : 0;
        }

        ArrayPool<float>.Shared.Return(rented);
        ArrayPool<int>.Shared.Return(counted);
        return (double)dead / hiddenSize;
    }

    /// <inheritdoc/>
    public override Measurement Attach(LayerPass layer) => new LayerUnits(layer);

    // Saturated is what lies outside. ReLU: not above 0, which is below the smallest number that is.
    private static (float Low, float High) HealthyRange(CellActivation activation) => activation switch
    {
        { Dies: true } => (float.Epsilon, float.PositiveInfinity),
        { Saturates: false } => (float.NegativeInfinity, float.PositiveInfinity),
        { IsSigned: true } => (-GateStatistics.Open, GateStatistics.Open),
        _ => (GateStatistics.Closed, GateStatistics.Open),
    };

    // Saturated states of one timestep; a unit's count goes up by the sequences in which it is one of them.
    private static int Count(ReadOnlySpan<float> states, float low, float high, Span<int> perUnit)
    {
        Vector<int> counts = Vector<int>.Zero;
        Vector<float> lowest = new(low);
        Vector<float> highest = new(high);
        ref float first = ref MemoryMarshal.GetReference(states);
        int hiddenSize = perUnit.Length;
        int vectorised = hiddenSize - (hiddenSize % Vector<float>.Count);
        for (int unit = 0; unit < vectorised; unit += Vector<float>.Count)
        {
            // A comparison gives −1 where it holds; no state is outside on both sides.
            Vector<int> outside = Vector<int>.Zero;
            for (int i = unit; i < states.Length; i += hiddenSize)
            {
                Vector<float> h = Vector.LoadUnsafe(ref first, (nuint)i);
                outside -= Vector.LessThan(h, lowest) + Vector.GreaterThan(h, highest);
            }

            counts += outside;
            (new Vector<int>(perUnit[unit..]) + outside).CopyTo(perUnit[unit..]);
        }

        int saturated = Vector.Sum(counts);
        for (int unit = vectorised; unit < hiddenSize; unit++)
        {
            for (int i = unit; i < states.Length; i += hiddenSize)
            {
                int one = states[i] < low || states[i] > high ? 1 : 0;
                saturated += one;
                perUnit[unit] += one;
            }
        }

        return saturated;
    }

    private sealed class LayerUnits(LayerPass layer) : Measurement
    {
        private readonly string _deadShare = MetricColumn.OfLayer(DeadShareMetricName, layer.Index);
        private readonly float[] _row = new float[layer.SequenceLength];

        public override void AfterForward(long step, IMeasurementSink sink)
        {
            double dead = Measure(layer, _row);
            sink.Row(MetricName, layer.Index, step, _row);
            sink.Scalar(_deadShare, step, dead);
        }
    }
}
