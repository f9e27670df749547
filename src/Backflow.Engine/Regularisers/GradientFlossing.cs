using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Backflow.Engine;

/// <summary>Gradient flossing: pushes the k largest Lyapunov exponents of every layer towards 0.</summary>
/// <remarks>
/// Engelken 2023, "Gradient flossing: improving gradient descent through dynamic control of Jacobians" (NeurIPS): the
/// sum of the squared exponents is minimised by gradient descent through the QR decompositions that measure them. Here
/// it is their mean, over exponents, sequences and layers; what a layer reads counts as given, so that each layer's
/// exponents move its own parameters. In double, on one thread. Cost: O(T·k·G·H²) per sequence and layer.
/// </remarks>
public sealed class GradientFlossing
{
    private readonly NetworkPass _pass;
    private readonly FlossedSequence[] _layers;
    private readonly double[] _exponents;

    /// <summary>Prepares the flossing of a pass.</summary>
    /// <param name="pass">The pass whose inputs are followed; its network stays as it is.</param>
    /// <param name="exponents">Exponents per layer, k, from 1 to the smallest number of units.</param>
    /// <param name="seed">The seed of the directions' random start.</param>
    public GradientFlossing(NetworkPass pass, int exponents, ulong seed)
    {
        _pass = pass;
        ImmutableArray<LayerOptions> layers = pass.Network.Options.Layers;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exponents);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exponents, layers.Min(static layer => layer.HiddenSize));
        _layers =
        [
            .. layers.Select((layer, i) => new FlossedSequence(
                layer.Cell.Flossed?.Invoke()
                    ?? throw new ArgumentException($"Layer {i} is of a cell that cannot be flossed.", nameof(pass)),
                pass.SequenceLength,
                layer.HiddenSize,
                pass.Layers[i].InputSize,
                exponents)),
        ];
        _exponents = new double[exponents];
        SplittableRandom random = new SplittableRandom(seed).Split("flossing");
        foreach (FlossedSequence layer in _layers)
        {
            Start(layer.InitialDirections, exponents, random);
        }
    }

    /// <summary>The exponents of the last <see cref="Gradient"/>, [k], nats per timestep: means over sequences and
    /// layers.</summary>
    public ReadOnlySpan<double> Exponents => _exponents;

    /// <summary>Whether a cell can be flossed.</summary>
    /// <param name="cell">Any cell, registered or not.</param>
    /// <returns>Whether its second derivatives are known here.</returns>
    public static bool Supports(CellDescription cell) => cell.Flossed is not null;

    /// <summary>Overwrites the network's gradients by those of the mean squared exponent.</summary>
    /// <param name="firstSequence">The first sequence of the batch to follow.</param>
    /// <param name="sequences">How many; behind the last one the first comes again.</param>
    /// <returns>
    /// The mean of λᵢ²; NaN where a direction is lost (dead ReLU units), and the gradients are then 0.
    /// </returns>
    /// <remarks>The pass has to have gone forward with the network's parameters.</remarks>
    public double Gradient(int firstSequence, int sequences)
    {
        Span<float> gradients = _pass.Network.Gradients.Span;
        gradients.Clear();
        Array.Clear(_exponents);
        double share = 1.0 / (sequences * _layers.Length);
        double sum = 0;
        for (int i = 0; i < _layers.Length; i++)
        {
            FlossedSequence layer = _layers[i];
            layer.Weights.Read(_pass.Network.Layers[i], _pass.Network.Parameters.Span);
            layer.Gradients.Clear();
            for (int n = 0; n < sequences; n++)
            {
                Read(i, layer, (firstSequence + n) % _pass.BatchSize);
                sum += share * layer.Measure();
                if (!double.IsFinite(sum))
                {
                    gradients.Clear();
                    return double.NaN;
                }

                layer.AddGradient(share);
                TensorPrimitives.MultiplyAdd(layer.Exponents, share, _exponents, _exponents);
            }

            layer.Gradients.Write(_pass.Network.Layers[i], gradients);
        }

        return sum;
    }

    private static void Start(Span<double> directions, int count, SplittableRandom random)
    {
        for (int i = 0; i < directions.Length; i++)
        {
            directions[i] = random.NextGaussian();
        }

        ThinQr.Factor(directions, new double[count * count], count);
    }

    private void Read(int index, FlossedSequence layer, int sequence)
    {
        LayerPass from = _pass.Layers[index];
        int units = from.HiddenSize;
        int inputSize = from.InputSize;
        float[] batch = new float[_pass.BatchSize * Math.Max(units, inputSize)];
        Span<float> states = batch.AsSpan(0, _pass.BatchSize * units);
        Span<float> inputs = batch.AsSpan(0, _pass.BatchSize * inputSize);
        from.Hidden(LayerPass.Initial).CopyTo(states);
        Take(states, sequence, layer.InitialState[..units]);
        if (from.HasCellState)
        {
            from.Cell(LayerPass.Initial).CopyTo(states);
            Take(states, sequence, layer.InitialState[units..]);
        }

        for (int t = 0; t < _pass.SequenceLength; t++)
        {
            from.Input(t).CopyTo(inputs);
            Take(inputs, sequence, layer.Input.AsSpan(t * inputSize, inputSize));
        }
    }

    private static void Take(ReadOnlySpan<float> batch, int row, Span<double> values) =>
        TensorPrimitives.ConvertTruncating(batch.Slice(row * values.Length, values.Length), values);
}
