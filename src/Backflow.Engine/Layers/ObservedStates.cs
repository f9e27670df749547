using System.Numerics.Tensors;

namespace Backflow.Engine;

/// <summary>States that another program computed: a forward pass begins every timestep from them.</summary>
/// <remarks>
/// A chaotic network that is computed again runs away from what was observed, however small the first difference. One
/// timestep from an observed state does not, and the backward pass is then that of the observed path.
/// </remarks>
internal sealed class ObservedStates
{
    private readonly float[] _states;
    private readonly float[] _deviations;
    private readonly LayerShape _shape;

    /// <summary>Makes room for the states of a layer.</summary>
    /// <param name="shape">The layer's shape.</param>
    public ObservedStates(LayerShape shape)
    {
        _shape = shape;
        _states = new float[shape.SequenceLength * shape.BatchSize * shape.HiddenStride];
        _deviations = new float[shape.BatchSize];
    }

    /// <summary>Takes the states.</summary>
    /// <param name="hidden">h, [T, B, H].</param>
    public void Set(ReadOnlySpan<float> hidden) =>
        PaddedRows.Import(hidden, _shape.HiddenSize, _states, _shape.HiddenStride);

    /// <summary>The largest difference of an element between a computed state and the observed one; NaN where one is
    /// not finite.</summary>
    public double Deviation => _deviations.Aggregate(0.0, static (most, one) => one <= most ? most : one);

    /// <summary>Compares the states that a timestep made with those observed, and puts these in their place.</summary>
    public void Replace(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        int stride = _shape.HiddenStride;
        for (int row = rowBegin; row < rowEnd; row++)
        {
            if (t == 0)
            {
                _deviations[row] = 0;
            }

            if (layer.Ends is SequenceEnds ends && t >= ends[row])
            {
                continue;
            }

            Span<float> computed = layer.StateAt(layer.Hidden, t).Slice(row * stride, stride);
            ReadOnlySpan<float> observed = _states.AsSpan(((t * _shape.BatchSize) + row) * stride, stride);
            TensorPrimitives.Subtract(computed, observed, computed);

            // A NaN stays in both.
            _deviations[row] =
                MathF.Max(_deviations[row], MathF.Abs(TensorPrimitives.MaxMagnitude<float>(computed)));
            observed.CopyTo(computed);
        }
    }
}
