namespace Backflow.Exchange.Onnx;

/// <summary>What a recurrent node reads, by direction, sequence and timestep, whatever its layout.</summary>
internal sealed class OnnxRecurrenceInputs
{
    private readonly OnnxRecurrentNode _node;
    private readonly OnnxWeights _weights;
    private readonly double[] _x;
    private readonly double[]? _hidden;
    private readonly double[]? _cell;
    private readonly double[]? _peepholes;
    private readonly long[]? _lengths;

    /// <summary>Checks a node's inputs: X, W, R, B, sequence_lens, initial_h, initial_c, P.</summary>
    /// <exception cref="ExchangeException">One is missing, or of another shape.</exception>
    public OnnxRecurrenceInputs(OnnxNode node, OnnxRecurrentNode attributes, OnnxTensor?[] inputs)
    {
        OnnxTensor? At(int place) => place < inputs.Length ? inputs[place] : null;
        OnnxTensor Needed(int place, string name) => At(place) ?? throw node.Wrong($"has no {name}");
        _node = attributes;
        _weights = OnnxWeights.Read(node, attributes, Needed(1, "W"), Needed(2, "R"), At(3));
        OnnxTensor x = Needed(0, "X");
        bool isBatchFirst = attributes.IsBatchFirst;
        if (x.Shape.Length != 3 || x.Shape[2] != _weights.InputSize || x.Count == 0)
        {
            throw node.Wrong($"reads an X of the shape {OnnxTensor.ShapeText(x.Shape)}, and needs "
                + $"{(isBatchFirst ? "[B, T, " : "[T, B, ")}{_weights.InputSize}]");
        }

        Timesteps = (int)x.Shape[isBatchFirst ? 1 : 0];
        Sequences = (int)x.Shape[isBatchFirst ? 0 : 1];
        _x = x.Doubles();
        long[] state = isBatchFirst
            ? [Sequences, attributes.Directions, attributes.HiddenSize]
            : [attributes.Directions, Sequences, attributes.HiddenSize];
        double[]? Numbers(int place, string name, long[] shape) => At(place) is not OnnxTensor tensor ? null
            : tensor.Shape.AsSpan().SequenceEqual(shape) ? tensor.Doubles()
            : throw node.Wrong($"has an {name} of the shape {OnnxTensor.ShapeText(tensor.Shape)}, and needs "
                + OnnxTensor.ShapeText(shape));
        _hidden = Numbers(5, "initial_h", state);
        _cell = Numbers(6, "initial_c", state);
        _peepholes = Numbers(7, "P", [attributes.Directions, 3L * attributes.HiddenSize]);
        _lengths = At(4)?.Int64s();
        if (_lengths is not null
            && (_lengths.Length != Sequences || _lengths.Any(length => length < 0 || length > Timesteps)))
        {
            throw node.Wrong($"has sequence_lens that are not {Sequences} numbers from 0 to {Timesteps}");
        }
    }

    /// <summary>T.</summary>
    public int Timesteps { get; }

    /// <summary>B.</summary>
    public int Sequences { get; }

    /// <summary>The weights.</summary>
    public OnnxWeights Weights => _weights;

    /// <summary>Whether there are peepholes.</summary>
    public bool HasPeepholes => _peepholes is not null;

    /// <summary>The timesteps of a sequence.</summary>
    public int LengthOf(int sequence) => _lengths is null ? Timesteps : (int)_lengths[sequence];

    /// <summary>xₜ of a sequence, [I].</summary>
    public ReadOnlySpan<double> Features(int t, int sequence) => _x.AsSpan(
        (_node.IsBatchFirst ? (sequence * Timesteps) + t : (t * Sequences) + sequence) * _weights.InputSize,
        _weights.InputSize);

    /// <summary>h₀ of a sequence, [H], a copy.</summary>
    public double[] InitialHidden(int direction, int sequence) => Initial(_hidden, direction, sequence);

    /// <summary>c₀ of a sequence, [H], a copy.</summary>
    public double[] InitialCell(int direction, int sequence) => Initial(_cell, direction, sequence);

    /// <summary>A peephole weight: gates are i 0, o 1, f 2.</summary>
    public double Peephole(int direction, int gate, int unit) =>
        _peepholes is null ? 0 : _peepholes[(((direction * 3) + gate) * _node.HiddenSize) + unit];

    /// <summary>(W·xₜ + Wb) of a row.</summary>
    public double InputProduct(int direction, int row, int t, int sequence)
    {
        ReadOnlySpan<double> x = Features(t, sequence);
        int first = ((direction * _weights.Rows) + row) * _weights.InputSize;
        double sum = _weights.B[(2 * direction * _weights.Rows) + row];
        for (int i = 0; i < x.Length; i++)
        {
            sum += _weights.W[first + i] * x[i];
        }

        return sum;
    }

    /// <summary>(R·state + Rb) of a row.</summary>
    public double RecurrentProduct(int direction, int row, double[] state)
    {
        int first = ((direction * _weights.Rows) + row) * _weights.HiddenSize;
        double sum = _weights.B[(((2 * direction) + 1) * _weights.Rows) + row];
        for (int i = 0; i < state.Length; i++)
        {
            sum += _weights.R[first + i] * state[i];
        }

        return sum;
    }

    private double[] Initial(double[]? states, int direction, int sequence)
    {
        int hidden = _node.HiddenSize;
        int row = _node.IsBatchFirst
            ? (sequence * _node.Directions) + direction
            : (direction * Sequences) + sequence;
        return states is null ? new double[hidden] : [.. states.AsSpan(row * hidden, hidden)];
    }
}
