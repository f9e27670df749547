namespace Backflow.Engine.Kernels;

/// <summary>The forward and backward passes of one kind of cell over whole sequences, at one vector width.</summary>
/// <remarks>
/// A training step runs in phases. The first handles rows of the batch: forward and backward of a row never look at
/// another row, so rows may be cut among threads at will. The second sums weight gradients over all rows, and is cut
/// by columns of the weights. Neither cut changes the order of any sum: the bits do not depend on the threads.
/// </remarks>
internal abstract class CellKernels
{
    /// <summary>Where the gates lie.</summary>
    public abstract GateLayout Gates { get; }

    /// <summary>Whether products of many rows are products of tiles.</summary>
    public bool UsesTiles { get; init; }

    /// <summary>Whether the cell carries a cell state c beside h.</summary>
    public virtual bool HasCellState => false;

    /// <summary>Whether the cell keeps one number per unit and timestep beside gates and states.</summary>
    public virtual bool NeedsAuxiliary => false;

    /// <summary>States, [B, H], that one timestep of the backward pass needs as room.</summary>
    public virtual int ScratchStates => 0;

    /// <summary>Sums the biases into gate order; once per step, before the forward pass.</summary>
    public abstract void PrepareForward(LayerBuffers layer);

    /// <summary>Packs the transposed weights; once per step, before the backward pass.</summary>
    public abstract void PrepareBackward(LayerBuffers layer);

    /// <summary>Fills gates and states of some rows of the batch for the timesteps of a segment.</summary>
    public abstract void Forward(LayerBuffers layer, Timesteps segment, int rowBegin, int rowEnd);

    /// <summary>Fills the gates of some rows again from the states that a forward pass left, bit for bit.</summary>
    public abstract void Recompute(LayerBuffers layer, Timesteps segment, int rowBegin, int rowEnd);

    /// <summary>
    /// Replaces the local gradients of some rows by the total, gates by ∂L/∂(pre-activation), and writes ∂L/∂x.
    /// </summary>
    public abstract void Backward(LayerBuffers layer, Timesteps segment, int rowBegin, int rowEnd);

    /// <summary>
    /// ∂L/∂W, ∂L/∂R and both bias gradients of some panels over all rows of a segment: overwritten by the last segment
    /// of the sequence, added to by the earlier ones, which come after it.
    /// </summary>
    /// <param name="layer">The layer after the segment's backward pass.</param>
    /// <param name="segment">Its first row, B times its first timestep, is a multiple of
    /// <see cref="PackedRows.BlockRows"/>.</param>
    /// <param name="panelBegin">The first panel.</param>
    /// <param name="panelEnd">The panel after the last.</param>
    /// <param name="packed">Room of the calling thread alone.</param>
    public abstract void WeightGradients(
        LayerBuffers layer, Timesteps segment, int panelBegin, int panelEnd, PackedRows packed);
}

/// <summary>Timesteps from one to another.</summary>
/// <param name="Begin">The first.</param>
/// <param name="End">The one after the last.</param>
internal readonly record struct Timesteps(int Begin, int End)
{
    public int Count => End - Begin;
}
