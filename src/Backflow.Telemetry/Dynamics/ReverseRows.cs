namespace Backflow.Telemetry;

/// <summary>The gradients of many losses by the state of one layer at one timestep: a row per loss.</summary>
internal sealed class ReverseRows
{
    public ReverseRows(LayerTrajectory trajectory, int losses)
    {
        HiddenSize = trajectory.HiddenSize;
        Stride = Engine.PanelLayout.Pad(HiddenSize);
        GateStride = trajectory.Gates * HiddenSize;
        DHidden = new float[losses * Stride];
        DBefore = new float[losses * Stride];
        DCell = new float[trajectory.CellState.Length > 0 ? losses * Stride : 0];
        DGate = new float[losses * GateStride];
    }

    public int HiddenSize { get; }

    /// <summary>Floats from one row of a state to the next.</summary>
    public int Stride { get; }

    /// <summary>Floats from one row of <see cref="DGate"/> to the next, G·H.</summary>
    public int GateStride { get; }

    /// <summary>∂L_τ/∂hₜ, [losses, H padded].</summary>
    public float[] DHidden { get; private set; }

    /// <summary>∂L_τ/∂hₜ₋₁ as far as it comes through the recurrence, [losses, H padded].</summary>
    public float[] DBefore { get; private set; }

    /// <summary>∂L_τ/∂cₜ, [losses, H padded]; empty for cells without a cell state.</summary>
    public float[] DCell { get; }

    /// <summary>∂L_τ/∂aₜ, [losses, G·H], gates in PyTorch's order.</summary>
    public float[] DGate { get; }

    public Span<float> Hidden(int loss) => DHidden.AsSpan(loss * Stride, HiddenSize);

    public Span<float> Before(int loss) => DBefore.AsSpan(loss * Stride, HiddenSize);

    public Span<float> Cell(int loss) => DCell.AsSpan(loss * Stride, HiddenSize);

    public Span<float> Gate(int loss, int gate) => DGate.AsSpan((loss * GateStride) + (gate * HiddenSize), HiddenSize);

    /// <summary>Goes one timestep back: what reached hₜ₋₁ is now the state's gradient.</summary>
    public void StepBack() => (DHidden, DBefore) = (DBefore, DHidden);
}
