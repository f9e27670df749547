using System.Buffers;
using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂L/∂R at t‖_F and ‖∂L/∂W at t‖_F: what each timestep contributes to a weight gradient.</summary>
/// <remarks>
/// The contribution of timestep t is dAₜᵀ·hₜ₋₁, a sum of B outer products. Its squared Frobenius norm is the sum
/// over all
/// pairs of sequences of ⟨dA_b, dA_b′⟩·⟨h_b, h_b′⟩: two Gram matrices of [B, B], no buffer of [G·H, H]. Derived in
/// docs/mathematics/telemetry.md; the identity behind per-example norms in Goodfellow 2015, arXiv 1510.01799.
/// All gates together; in double; loss averaged over its targets; before clipping. Unit: loss per unit of weight. Range
/// [0, ∞), NaN kept. Cost: O(B²·(G·H + I)) per timestep.
/// How to read it: where in the sequence the weights learn. Contributions can cancel: the norm of the sum over t may be
/// far below the largest of them.
/// </remarks>
public static class WeightGradientNorm
{
    /// <summary>The name of the recurrent weights' rows in run columns and URLs.</summary>
    public const string MetricName = "recurrent-weight-gradient-norm";

    /// <summary>The name of the input weights' rows.</summary>
    public const string InputMetricName = "input-weight-gradient-norm";

    /// <summary>Measures the recurrent weights of one layer after its backward pass.</summary>
    /// <param name="pass">A network pass after its backward pass.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="norms">[T], overwritten.</param>
    public static void MeasureRecurrent(NetworkPass pass, int layer, Span<float> norms)
    {
        SpanShape.Require(norms.Length, pass.SequenceLength, "[T]", nameof(norms));
        int h = pass.Layers[layer].HiddenSize;
        bool resets = pass.Network.Options.Layers[layer].Cell == CellKind.GruResetBefore;
        int candidate = (int)GruGate.Candidate * h;
        using GramRows gates = new(pass.BatchSize, pass.Layers[layer].GateCount * h);
        using GramRows states = new(pass.BatchSize, h);
        for (int t = 0; t < norms.Length; t++)
        {
            pass.Layers[layer].RecurrentSideGradient(t, gates.Values);
            gates.Widen();
            pass.Layers[layer].Hidden(t - 1).CopyTo(states.Values);
            states.Widen();
            double square = resets ? gates.SquareWith(states, 0, candidate) : gates.SquareWith(states, 0, gates.Width);
            if (resets)
            {
                // The candidate's block of R saw r ⊙ hₜ₋₁.
                pass.Layers[layer].CandidateState(t).CopyTo(states.Values);
                states.Widen();
                square += gates.SquareWith(states, candidate, gates.Width - candidate);
            }

            norms[t] = (float)Math.Sqrt(square);
        }
    }

    /// <summary>Measures the input weights of one layer after its backward pass.</summary>
    /// <param name="pass">A network pass after its backward pass.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="norms">[T], overwritten.</param>
    public static void MeasureInput(NetworkPass pass, int layer, Span<float> norms)
    {
        SpanShape.Require(norms.Length, pass.SequenceLength, "[T]", nameof(norms));
        using GramRows gates = new(pass.BatchSize, pass.Layers[layer].GateCount * pass.Layers[layer].HiddenSize);
        using GramRows inputs = new(pass.BatchSize, pass.Layers[layer].InputSize);
        for (int t = 0; t < norms.Length; t++)
        {
            pass.Layers[layer].InputSideGradient(t, gates.Values);
            gates.Widen();
            pass.Layers[layer].Input(t).CopyTo(inputs.Values);
            inputs.Widen();
            norms[t] = (float)Math.Sqrt(gates.SquareWith(inputs, 0, gates.Width));
        }
    }

    /// <summary>The rows of one timestep, [B, width], in float as read and in double.</summary>
    private readonly ref struct GramRows(int rows, int width)
    {
        private readonly float[] _values = ArrayPool<float>.Shared.Rent(rows * width);
        private readonly double[] _wide = ArrayPool<double>.Shared.Rent(rows * width);

        public int Width => width;

        public Span<float> Values => _values.AsSpan(0, rows * width);

        public void Widen() => TensorPrimitives.ConvertTruncating<float, double>(Values, _wide);

        // Σ over b, b′ of ⟨own_b, own_b′⟩·⟨other_b, other_b′⟩; rounding can leave a tiny negative sum of cancelling
        // terms.
        public double SquareWith(in GramRows other, int begin, int length)
        {
            double sum = 0;
            for (int b = 0; b < rows; b++)
            {
                ReadOnlySpan<double> own = _wide.AsSpan((b * width) + begin, length);
                ReadOnlySpan<double> others = other._wide.AsSpan(b * other.Width, other.Width);
                for (int c = b; c < rows; c++)
                {
                    double product = TensorPrimitives.Dot(own, _wide.AsSpan((c * width) + begin, length))
                        * TensorPrimitives.Dot(others, other._wide.AsSpan(c * other.Width, other.Width));
                    sum += b == c ? product : 2 * product;
                }
            }

            return double.IsNaN(sum) ? sum : Math.Max(0, sum);
        }

        public void Dispose()
        {
            ArrayPool<float>.Shared.Return(_values);
            ArrayPool<double>.Shared.Return(_wide);
        }
    }
}
