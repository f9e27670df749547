using System.Buffers;
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
public static class GateStatistics
{
    /// <summary>The mean value's name in run columns and URLs.</summary>
    public const string MetricName = "gate-mean";

    /// <summary>The name of the share below 0.1.</summary>
    public const string ShareBelowMetricName = "gate-share-below";

    /// <summary>The name of the share above 0.9.</summary>
    public const string ShareAboveMetricName = "gate-share-above";

    /// <summary>The name of the mean derivative.</summary>
    public const string MeanDerivativeMetricName = "gate-mean-derivative";

    /// <summary>Below this a gate counts as closed.</summary>
    public const float Closed = 0.1f;

    /// <summary>Above this a gate counts as open.</summary>
    public const float Open = 0.9f;

    // A float sum of more than some hundred gates loses the digits that tell 0.9999 from 1.
    private const int Chunk = 512;

    /// <summary>Measures all gates of one layer.</summary>
    /// <param name="pass">A network pass between its forward and its backward pass.</param>
    /// <param name="layer">The layer; an Elman network has no gates, and nothing happens.</param>
    /// <param name="rows">Made for the layer's cell and T, overwritten.</param>
    /// <exception cref="ArgumentException"><paramref name="rows"/> was made for another cell or T.</exception>
    public static void Measure(NetworkPass pass, int layer, GateRows rows)
    {
        rows.Require(pass, layer);
        int length = pass.BatchSize * pass.Layers[layer].HiddenSize;
        float[] rented = ArrayPool<float>.Shared.Rent(rows.Gates.Length * length);
        Span<float> values = rented.AsSpan(0, rows.Gates.Length * length);
        for (int t = 0; t < pass.SequenceLength && !values.IsEmpty; t++)
        {
            pass.Layers[layer].Gates(t, values);
            for (int gate = 0; gate < rows.Gates.Length; gate++)
            {
                Sweep(values.Slice(gate * length, length), gate, t, rows);
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private static void Sweep(ReadOnlySpan<float> values, int gate, int t, GateRows rows)
    {
        bool isCandidate = GateNames.IsCandidate(rows.Cell, gate);
        Sums sums = default;
        for (int i = 0; i < values.Length; i += Chunk)
        {
            Add(values.Slice(i, Math.Min(Chunk, values.Length - i)), isCandidate, ref sums);
        }

        rows.Mean(gate)[t] = (float)(sums.Value / values.Length);
        rows.ShareBelow(gate)[t] = (float)sums.Below / values.Length;
        rows.ShareAbove(gate)[t] = (float)sums.Above / values.Length;
        rows.MeanDerivative(gate)[t] = (float)(sums.Derivative / values.Length);
    }

    // y(1 − y) of a σ gate, (1 + |y|)(1 − |y|) = 1 − y² of a candidate, element by element: Σy − Σy² of thousands of gates
    // near 1 has no digit left.
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
}
