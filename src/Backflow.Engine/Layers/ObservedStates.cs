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

    /// <summary>Takes the states of a layer.</summary>
    /// <param name="hidden">h, [T, B, H].</param>
    /// <param name="shape">The layer's shape.</param>
    public ObservedStates(ReadOnlySpan<float> hidden, LayerShape shape)
    {
        _shape = shape;
        _states = new float[shape.SequenceLength * shape.BatchSize * shape.HiddenStride];
        _deviations = new float[shape.BatchSize];
        PaddedRows.Import(hidden, shape.HiddenSize, _states, shape.HiddenStride);
    }

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
            for (int i = 0; i < _shape.HiddenSize; i++)
            {
                // Written so that a NaN stays.
                float difference = MathF.Abs(computed[i] - observed[i]);
                _deviations[row] = difference <= _deviations[row] || float.IsNaN(_deviations[row])
                    ? _deviations[row]
                    : difference;
            }

            observed[.._shape.HiddenSize].CopyTo(computed);
        }
    }
}
