using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;

namespace Backflow.Exchange.Probes;

/// <summary>One call of a module, computed again: all of its layers, forward and backward.</summary>
/// <typeparam name="T">What it is computed in.</typeparam>
internal sealed class CallPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ProbedCall<T> _call;
    private readonly ImmutableArray<ImmutableArray<ILayerDirection<T>>> _layers;

    public CallPass(ProbedCall<T> call, Func<int, int, ILayerDirection<T>> create)
    {
        _call = call;
        _layers =
        [
            .. Enumerable.Range(0, call.Layers).Select(layer =>
                Enumerable.Range(0, call.Directions).Select(direction => create(layer, direction)).ToImmutableArray()),
        ];
    }

    /// <summary>The layers, each with its directions.</summary>
    public ImmutableArray<ImmutableArray<ILayerDirection<T>>> Layers => _layers;

    /// <summary>How far the top layer's outputs were off, at most, beside the largest output or 1.</summary>
    public double Deviation { get; private set; }

    private int Width => _call.Directions * _call.HiddenSize;

    /// <summary>The forward pass; every timestep of the top layer begins with the state that was observed.</summary>
    public void Forward()
    {
        T[] input = _call.Input;
        for (int layer = 0; layer < _call.Layers; layer++)
        {
            bool isTop = layer == _call.Layers - 1;
            int features = input.Length / (_call.SequenceLength * _call.BatchSize);
            T[] output = isTop ? [] : new T[_call.SequenceLength * _call.BatchSize * Width];
            for (int direction = 0; direction < _call.Directions; direction++)
            {
                T[] observed = isTop
                    ? Along(
                        ProbeTensors.Columns(
                            _call.Output, Width, direction * _call.HiddenSize, _call.HiddenSize),
                        direction,
                        _call.HiddenSize)
                    : [];
                T[] states = _layers[layer][direction].Forward(
                    Along(input, direction, features),
                    State(_call.InitialHidden, layer, direction),
                    State(_call.InitialCell, layer, direction),
                    observed);
                if (isTop)
                {
                    double off = _layers[layer][direction].Deviation;
                    Deviation = off <= Deviation ? Deviation : off;
                    continue;
                }

                ProbeTensors.SetColumns(
                    output,
                    Width,
                    direction * _call.HiddenSize,
                    Along(states, direction, _call.HiddenSize),
                    _call.HiddenSize);
            }

            input = isTop || _call.Masks.IsEmpty ? output : Product(output, _call.Masks[layer]);
        }

        // Of a ReLU network's states, which have no bound, the largest is the measure.
        Deviation /= Math.Max(1, ProbeTensors.Largest(_call.Output));
    }

    /// <summary>The backward pass, from the gradients that were observed at the outputs and final states.</summary>
    public void Backward()
    {
        T[] gradient = _call.OutputGradient;
        for (int layer = _call.Layers - 1; layer >= 0; layer--)
        {
            T[]? below = null;
            for (int direction = 0; direction < _call.Directions; direction++)
            {
                T[] own = ProbeTensors.Columns(
                    gradient, Width, direction * _call.HiddenSize, _call.HiddenSize);
                T[] input = _layers[layer][direction].Backward(
                    Along(own, direction, _call.HiddenSize),
                    State(_call.FinalHiddenGradient, layer, direction),
                    State(_call.FinalCellGradient, layer, direction),
                    asksForInput: layer > 0);
                if (layer == 0)
                {
                    continue;
                }

                int features = input.Length / (_call.SequenceLength * _call.BatchSize);
                input = Along(input, direction, features);
                below = below is null ? input : Sum(below, input);
            }

            gradient = layer == 0 ? []
                : _call.Masks.IsEmpty ? below!
                : Product(below!, _call.Masks[layer - 1]);
        }
    }

    // The order in which a direction reads; its own inverse.
    private T[] Along(T[] values, int direction, int width) =>
        direction == 0 ? values : ProbeTensors.Reversed(values, _call.Lengths, width);

    // [L·D, B, H]: layer by layer, in each the directions.
    private T[] State(T[] states, int layer, int direction)
    {
        int length = _call.BatchSize * _call.HiddenSize;
        return states.Length == 0
            ? []
            : states.AsSpan(((layer * _call.Directions) + direction) * length, length).ToArray();
    }

    private static T[] Product(T[] a, T[] b)
    {
        T[] product = new T[a.Length];
        TensorPrimitives.Multiply<T>(a, b, product);
        return product;
    }

    private static T[] Sum(T[] a, T[] b)
    {
        T[] sum = new T[a.Length];
        TensorPrimitives.Add<T>(a, b, sum);
        return sum;
    }
}
