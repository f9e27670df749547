using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>One sequence through one layer, copied out of a pass: weights, inputs and states, in double.</summary>
/// <remarks>
/// Everything that is derived from a trajectory (itemised gradients, Jacobians, Lyapunov exponents) computes the gates
/// again from the states. So it may be read at any time after the forward pass, before or after the backward pass, and
/// the training buffers are free again at once. Reading costs about one naive forward pass of one sequence.
/// </remarks>
public sealed class LayerTrajectory
{
    // States, [T + 1, H]: the initial one, then one per timestep; no cell states where the cell has none.
    private readonly double[] _hiddenStates;
    private readonly double[] _cellStates;
    private readonly double[] _inputBias;
    private readonly double[] _recurrentBias;
    private readonly float[] _inputWeights;
    private readonly float[] _recurrentWeights;
    private bool _usesFloatSums;
    private double[]? _exactInputWeights;
    private double[]? _exactRecurrentWeights;
    private float[]? _floatState;
    private float[]? _inputSums;
    private float[]? _recurrentSums;

    private LayerTrajectory(NetworkPass pass, int layer, int sequence)
    {
        LayerPass from = pass.Layers[layer];
        RecurrentLayerParameters parameters = pass.Network.Layers[layer];
        Cell = pass.Network.Options.Layers[layer].Cell;
        SequenceLength = pass.SequenceLength;
        HiddenSize = from.HiddenSize;
        InputSize = from.InputSize;
        Gates = from.GateCount;
        _inputWeights = Export(pass.Network, parameters.InputWeights);
        _recurrentWeights = Export(pass.Network, parameters.RecurrentWeights);
        _inputBias = Widen(Export(pass.Network, parameters.InputBias));
        _recurrentBias = Widen(Export(pass.Network, parameters.RecurrentBias));
        Input = new double[SequenceLength * InputSize];
        _hiddenStates = new double[(SequenceLength + 1) * HiddenSize];
        _cellStates = new double[from.HasCellState ? _hiddenStates.Length : 0];
        float[] batch = new float[pass.BatchSize * Math.Max(HiddenSize, InputSize)];
        Span<float> states = batch.AsSpan(0, pass.BatchSize * HiddenSize);
        Span<float> inputs = batch.AsSpan(0, pass.BatchSize * InputSize);
        for (int t = LayerPass.Initial; t < SequenceLength; t++)
        {
            from.Hidden(t).CopyTo(states);
            TakeRow(states, sequence, HiddenSize, _hiddenStates, t + 1);
            if (HasCellState)
            {
                from.Cell(t).CopyTo(states);
                TakeRow(states, sequence, HiddenSize, _cellStates, t + 1);
            }

            if (t >= 0)
            {
                from.Input(t).CopyTo(inputs);
                TakeRow(inputs, sequence, InputSize, Input, t);
            }
        }
    }

    /// <summary>The layer's cell.</summary>
    public CellDescription Cell { get; }

    /// <summary>Timesteps, T.</summary>
    public int SequenceLength { get; }

    /// <summary>Units, H.</summary>
    public int HiddenSize { get; }

    /// <summary>Numbers that the layer carries from one timestep to the next: H, or 2H for the LSTM's (h, c).</summary>
    public int StateSize => HiddenSize * (HasCellState ? 2 : 1);

    internal int InputSize { get; }

    internal int Gates { get; }

    /// <summary>R, [G·H, H], in PyTorch's order.</summary>
    internal double[] RecurrentWeights => _exactRecurrentWeights ??= Widen(_recurrentWeights);

    /// <summary>x, [T, I].</summary>
    internal double[] Input { get; }

    internal bool HasCellState => _cellStates.Length > 0;

    /// <summary>Copies one sequence of one layer.</summary>
    /// <param name="pass">A network pass after its forward pass.</param>
    /// <param name="layer">From 0, the one next to the input.</param>
    /// <param name="sequence">The sequence, in [0, B).</param>
    /// <returns>The trajectory.</returns>
    public static LayerTrajectory Read(NetworkPass pass, int layer, int sequence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sequence, pass.BatchSize);
        return new LayerTrajectory(pass, layer, sequence);
    }

    /// <summary>h after a timestep, [H]; at <see cref="LayerPass.Initial"/> the initial state.</summary>
    internal ReadOnlySpan<double> HiddenAt(int t) => _hiddenStates.AsSpan((t + 1) * HiddenSize, HiddenSize);

    /// <summary>c after a timestep, [H]; at <see cref="LayerPass.Initial"/> the initial state.</summary>
    internal ReadOnlySpan<double> CellAt(int t) => _cellStates.AsSpan((t + 1) * HiddenSize, HiddenSize);

    /// <summary>Takes all sums from float products over the whole sequence: as exact as training's own gates.</summary>
    /// <remarks>
    /// In double they are read from the second-level cache once per timestep, which costs ten times as much.
    /// </remarks>
    internal void UseFloatSums() => _usesFloatSums = true;

    /// <summary>Float products with sums of scaled rows of W, [G·H, I].</summary>
    internal ScaledRowsProduct InputProduct(params ReadOnlySpan<ScaledRows> terms) =>
        new(_inputWeights, InputSize, HiddenSize, terms);

    /// <summary>Float products with sums of scaled rows of R, [G·H, H].</summary>
    internal ScaledRowsProduct RecurrentProduct(params ReadOnlySpan<ScaledRows> terms) =>
        new(_recurrentWeights, HiddenSize, HiddenSize, terms);

    /// <summary>(W·xₜ + b_ih) of all units of one gate, [H].</summary>
    internal void InputSums(int gate, int t, Span<double> sums)
    {
        if (_usesFloatSums)
        {
            _inputSums ??= FloatSums(_inputWeights, InputSize, Input);
            TakeSums(_inputSums, gate, t, sums);
        }
        else
        {
            Dots(_exactInputWeights ??= Widen(_inputWeights), gate, Input.AsSpan(t * InputSize, InputSize), sums);
        }

        TensorPrimitives.Add(sums, _inputBias.AsSpan(gate * HiddenSize, HiddenSize), sums);
    }

    /// <summary>(R·hₜ₋₁ + b_hh) of all units of one gate, [H].</summary>
    internal void RecurrentSums(int gate, int t, Span<double> sums)
    {
        if (!_usesFloatSums)
        {
            RecurrentSums(gate, HiddenAt(t - 1), sums);
            return;
        }

        _recurrentSums ??= FloatSums(_recurrentWeights, HiddenSize, _hiddenStates);
        TakeSums(_recurrentSums, gate, t, sums);
        TensorPrimitives.Add(sums, _recurrentBias.AsSpan(gate * HiddenSize, HiddenSize), sums);
    }

    /// <summary>(R·state + b_hh) of all units of one gate, [H], for a state that is no hₜ₋₁.</summary>
    internal void RecurrentSums(int gate, ReadOnlySpan<double> state, Span<double> sums)
    {
        if (_usesFloatSums)
        {
            FloatDots(gate, state, sums);
        }
        else
        {
            Dots(RecurrentWeights, gate, state, sums);
        }

        TensorPrimitives.Add(sums, _recurrentBias.AsSpan(gate * HiddenSize, HiddenSize), sums);
    }

    // One row after the other: R of one gate in float stays in the second-level cache, and takes half the room.
    private void FloatDots(int gate, ReadOnlySpan<double> state, Span<double> sums)
    {
        Span<float> right = _floatState ??= new float[HiddenSize];
        TensorPrimitives.ConvertTruncating(state, right);
        for (int unit = 0; unit < HiddenSize; unit++)
        {
            int row = (gate * HiddenSize) + unit;
            sums[unit] = TensorPrimitives.Dot<float>(_recurrentWeights.AsSpan(row * HiddenSize, HiddenSize), right);
        }
    }

    private void Dots(double[] weights, int gate, ReadOnlySpan<double> right, Span<double> sums)
    {
        for (int unit = 0; unit < HiddenSize; unit++)
        {
            int row = (gate * HiddenSize) + unit;
            sums[unit] = TensorPrimitives.Dot(weights.AsSpan(row * right.Length, right.Length), right);
        }
    }

    // [T, G·H padded]: left [T, columns] times the transposed weights.
    private float[] FloatSums(ReadOnlySpan<float> weights, int columns, double[] left)
    {
        float[] rows = new float[SequenceLength * columns];
        TensorPrimitives.ConvertTruncating<double, float>(left.AsSpan(0, rows.Length), rows);
        int units = weights.Length / columns;
        float[] transposed = new float[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            transposed[(i % columns * units) + (i / columns)] = weights[i];
        }

        int stride = ScaledRowsProduct.Pad(units);
        float[] sums = new float[SequenceLength * stride];
        new ScaledRowsProduct(transposed, units).Multiply(
            rows, columns, SequenceLength, factors: [], columnFactors: [], sums, stride, accumulate: false);
        return sums;
    }

    private void TakeSums(float[] floatSums, int gate, int t, Span<double> sums)
    {
        int stride = floatSums.Length / SequenceLength;
        TensorPrimitives.ConvertTruncating<float, double>(
            floatSums.AsSpan((t * stride) + (gate * HiddenSize), HiddenSize), sums);
    }

    private static float[] Export(RecurrentNetwork network, Parameter parameter)
    {
        float[] values = new float[parameter.Count];
        parameter.Export(network.Parameters.Span, values);
        return values;
    }

    private static double[] Widen(float[] values)
    {
        double[] exact = new double[values.Length];
        TensorPrimitives.ConvertTruncating<float, double>(values, exact);
        return exact;
    }

    private static void TakeRow(ReadOnlySpan<float> batch, int row, int width, double[] target, int place) =>
        TensorPrimitives.ConvertTruncating(batch.Slice(row * width, width), target.AsSpan(place * width, width));
}
