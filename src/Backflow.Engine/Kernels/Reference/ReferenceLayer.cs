namespace Backflow.Engine.Kernels.Reference;

/// <summary>Parameters, states and gradients of one recurrent layer of the twin.</summary>
/// <remarks>
/// Weights are row-major [G·H, K] in PyTorch's gate order. Buffers of states begin with the initial state, which is
/// asked for as timestep −1 (<see cref="LayerPass.Initial"/>).
/// </remarks>
internal sealed class ReferenceLayer
{
    private const int Nowhere = -1;

    private int _nudgedHidden = Nowhere;
    private int _nudgedCell = Nowhere;
    private double _nudge;

    public ReferenceLayer(CellDescription cell, LayerShape shape)
    {
        Cell = cell.CreateTwin();
        Shape = shape;
        int rows = Cell.Gates * shape.HiddenSize;
        int inputs = shape.SequenceLength * shape.BatchSize * shape.InputSize;
        int states = (shape.SequenceLength + 1) * shape.BatchSize * shape.HiddenSize;
        int cellStates = Cell.HasCellState ? states : 0;
        InputWeights = new ReferenceParameter(rows * shape.InputSize);
        RecurrentWeights = new ReferenceParameter(rows * shape.HiddenSize);
        InputBias = new ReferenceParameter(rows);
        RecurrentBias = new ReferenceParameter(rows);
        Input = new double[inputs];
        DInput = new double[inputs];
        Hidden = new double[states];
        DHidden = new double[states];
        CellState = new double[cellStates];
        DCellState = new double[cellStates];
        FinalDHidden = new double[shape.BatchSize * shape.HiddenSize];
        FinalDCellState = new double[Cell.HasCellState ? FinalDHidden.Length : 0];
        Kept = new double[shape.SequenceLength * shape.BatchSize * Cell.KeptValues * shape.HiddenSize];
    }

    public ReferenceCell Cell { get; }

    public LayerShape Shape { get; }

    /// <summary>W, [G·H, I].</summary>
    public ReferenceParameter InputWeights { get; }

    /// <summary>R, [G·H, H].</summary>
    public ReferenceParameter RecurrentWeights { get; }

    /// <summary>b_ih, [G·H].</summary>
    public ReferenceParameter InputBias { get; }

    /// <summary>b_hh, [G·H].</summary>
    public ReferenceParameter RecurrentBias { get; }

    /// <summary>x, [T, B, I].</summary>
    public double[] Input { get; }

    /// <summary>∂L/∂x, [T, B, I].</summary>
    public double[] DInput { get; }

    /// <summary>h, [T + 1, B, H].</summary>
    public double[] Hidden { get; }

    /// <summary>∂L/∂h, [T + 1, B, H]. Before the backward pass the local gradient, after it the total.</summary>
    public double[] DHidden { get; }

    /// <summary>c, [T + 1, B, H]; empty for cells without a cell state.</summary>
    public double[] CellState { get; }

    /// <summary>∂L/∂c, [T + 1, B, H]; after the backward pass the total.</summary>
    public double[] DCellState { get; }

    /// <summary>What the loss asks of the final h, [B, H].</summary>
    public double[] FinalDHidden { get; }

    /// <summary>What the loss asks of the final c, [B, H].</summary>
    public double[] FinalDCellState { get; }

    /// <summary>What the cell keeps from its forward pass, [T, B, values, H].</summary>
    public double[] Kept { get; }

    public Span<double> InputAt(int t, int row) => Slice(Input, t, row, Shape.InputSize);

    public Span<double> DInputAt(int t, int row) => Slice(DInput, t, row, Shape.InputSize);

    public Span<double> HiddenAt(int t, int row) => State(Hidden, t, row);

    public Span<double> DHiddenAt(int t, int row) => State(DHidden, t, row);

    public Span<double> CellAt(int t, int row) => State(CellState, t, row);

    public Span<double> DCellAt(int t, int row) => State(DCellState, t, row);

    public Span<double> KeptAt(int t, int row, int value) =>
        Kept.AsSpan(((((t * Shape.BatchSize) + row) * Cell.KeptValues) + value) * Shape.HiddenSize, Shape.HiddenSize);

    /// <summary>
    /// Adds a number to one state wherever the forward pass writes it: the probe of ∂L/∂hₜ and ∂L/∂cₜ.
    /// </summary>
    /// <param name="ofCell">Whether the state is a cell state.</param>
    /// <param name="index">Its place in [T + 1, B, H], beyond the initial state.</param>
    /// <param name="nudge">What is added.</param>
    public void Nudge(bool ofCell, int index, double nudge)
    {
        _nudgedHidden = ofCell ? Nowhere : index;
        _nudgedCell = ofCell ? index : Nowhere;
        _nudge = nudge;
    }

    public void WriteHidden(int t, int row, int unit, double value) =>
        Write(Hidden, _nudgedHidden, t, row, unit, value);

    public void WriteCell(int t, int row, int unit, double value) =>
        Write(CellState, _nudgedCell, t, row, unit, value);

    /// <summary>(W·xₜ + b_ih) of one unit of one gate.</summary>
    public double InputSum(int gate, int unit, int t, int row) =>
        Sum(InputWeights, InputBias, (gate * Shape.HiddenSize) + unit, InputAt(t, row));

    /// <summary>(R·state + b_hh) of one unit of one gate.</summary>
    public double RecurrentSum(int gate, int unit, ReadOnlySpan<double> state) =>
        Sum(RecurrentWeights, RecurrentBias, (gate * Shape.HiddenSize) + unit, state);

    /// <summary>What ∂L/∂a of one unit of one gate adds to ∂L/∂W, ∂L/∂b_ih and ∂L/∂xₜ.</summary>
    public void BackThroughInput(int gate, int unit, int t, int row, double da) =>
        Back(InputWeights, InputBias, (gate * Shape.HiddenSize) + unit, InputAt(t, row), DInputAt(t, row), da);

    /// <summary>What ∂L/∂a of one unit of one gate adds to ∂L/∂R, ∂L/∂b_hh and ∂L/∂(state).</summary>
    public void BackThroughRecurrent(
        int gate, int unit, ReadOnlySpan<double> state, Span<double> dState, double da) =>
        Back(RecurrentWeights, RecurrentBias, (gate * Shape.HiddenSize) + unit, state, dState, da);

    private static double Sum(
        ReferenceParameter weights, ReferenceParameter bias, int weightRow, ReadOnlySpan<double> values)
    {
        // b + Σₖ w[k]·v[k]
        ReadOnlySpan<double> w = weights.Values.AsSpan(weightRow * values.Length, values.Length);
        double sum = bias.Values[weightRow];
        for (int k = 0; k < w.Length; k++)
        {
            sum += w[k] * values[k];
        }

        return sum;
    }

    private static void Back(
        ReferenceParameter weights,
        ReferenceParameter bias,
        int weightRow,
        ReadOnlySpan<double> values,
        Span<double> dValues,
        double da)
    {
        ReadOnlySpan<double> w = weights.Values.AsSpan(weightRow * values.Length, values.Length);
        Span<double> dw = weights.Gradient.AsSpan(weightRow * values.Length, values.Length);
        bias.Gradient[weightRow] += da;
        for (int k = 0; k < w.Length; k++)
        {
            // ∂L/∂w[k] += ∂L/∂a·v[k],  ∂L/∂v[k] += ∂L/∂a·w[k]
            dw[k] += da * values[k];
            dValues[k] += da * w[k];
        }
    }

    private Span<double> State(double[] states, int t, int row) => Slice(states, t + 1, row, Shape.HiddenSize);

    private Span<double> Slice(double[] values, int place, int row, int width) =>
        values.AsSpan(((place * Shape.BatchSize) + row) * width, width);

    private void Write(double[] states, int nudged, int t, int row, int unit, double value)
    {
        int index = ((((t + 1) * Shape.BatchSize) + row) * Shape.HiddenSize) + unit;
        states[index] = index == nudged ? value + _nudge : value;
    }
}
