namespace Backflow.Exchange.Onnx;

/// <summary>What a recurrent node makes, in the axes of its layout.</summary>
internal sealed class OnnxRecurrenceOutputs
{
    private readonly OnnxRecurrentNode _node;
    private readonly int _timesteps;
    private readonly int _sequences;

    /// <summary>Makes outputs of zeros, which is what lies beyond the end of a sequence.</summary>
    public OnnxRecurrenceOutputs(OnnxRecurrentNode node, int timesteps, int sequences)
    {
        _node = node;
        _timesteps = timesteps;
        _sequences = sequences;
        int states = node.Directions * sequences * node.HiddenSize;
        Y = new double[timesteps * states];
        FinalHidden = new double[states];
        FinalCell = node.HasCellState ? new double[states] : [];
    }

    /// <summary>Y: [T, D, B, H], or [B, T, D, H].</summary>
    public double[] Y { get; }

    /// <summary>Y_h: [D, B, H], or [B, D, H].</summary>
    public double[] FinalHidden { get; }

    /// <summary>Y_c: [D, B, H], or [B, D, H]; empty but for an LSTM.</summary>
    public double[] FinalCell { get; }

    /// <summary>An output by its place among the node's.</summary>
    public double[] At(int place) => place switch { 0 => Y, 1 => FinalHidden, _ => FinalCell };

    /// <summary>Sets a state of a timestep.</summary>
    public void SetState(int t, int direction, int sequence, ReadOnlySpan<double> state)
    {
        int row = _node.IsBatchFirst
            ? (((sequence * _timesteps) + t) * _node.Directions) + direction
            : (((t * _node.Directions) + direction) * _sequences) + sequence;
        state.CopyTo(Y.AsSpan(row * _node.HiddenSize));
    }

    /// <summary>Sets the final states.</summary>
    public void SetFinal(int direction, int sequence, ReadOnlySpan<double> hidden, ReadOnlySpan<double> cell)
    {
        int row = _node.IsBatchFirst
            ? (sequence * _node.Directions) + direction
            : (direction * _sequences) + sequence;
        hidden.CopyTo(FinalHidden.AsSpan(row * _node.HiddenSize));
        if (_node.HasCellState)
        {
            cell.CopyTo(FinalCell.AsSpan(row * _node.HiddenSize));
        }
    }
}
