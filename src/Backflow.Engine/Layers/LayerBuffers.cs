using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>Everything one recurrent layer needs for one batch of sequences besides its parameters.</summary>
/// <remarks>
/// All buffers are time-major. States have T + 1 slots: slot 0 is the initial state, slot t + 1 the state after
/// timestep t. Rows are padded to <see cref="LayerShape.HiddenStride"/>; gradients of padded units are zero. Gates and
/// what a cell keeps beside them cover the whole sequence, unless the pass recomputes them: then a part of it at a
/// time.
/// </remarks>
internal sealed unsafe class LayerBuffers
{
    /// <summary>Rows at a multiple of this distance, 2 KB, would share a few sets of the first-level cache.</summary>
    private const int ConflictingFloats = 512;

    private readonly AlignedBuffer? _ownInput;

    public LayerBuffers(LayerShape shape, CellKernels kernels, bool ownsInput, int gateTimesteps)
    {
        Shape = shape;
        GateTimesteps = gateTimesteps;
        Kernels = kernels;
        GateLayout gates = kernels.Gates;
        int states = (shape.SequenceLength + 1) * shape.BatchSize * shape.HiddenStride;
        GateColumns = gates.GateSlots * shape.HiddenStride;
        GateStride = GateColumns % ConflictingFloats == 0 ? GateColumns + PanelLayout.UnitMultiple : GateColumns;
        Hidden = new AlignedBuffer(states);
        DHidden = new AlignedBuffer(states);
        Cell = new AlignedBuffer(kernels.HasCellState ? states : 0);
        DCell = new AlignedBuffer(kernels.HasCellState ? states : 0);
        Gate = new AlignedBuffer(gateTimesteps * shape.BatchSize * GateStride);
        Auxiliary = new AlignedBuffer(
            kernels.NeedsAuxiliary ? gateTimesteps * shape.BatchSize * shape.HiddenStride : 0);
        Scratch = new AlignedBuffer(kernels.ScratchStates * shape.BatchSize * shape.HiddenStride);
        InputStorage = gates.InputStorage(shape.HiddenSize, shape.InputSize);
        RecurrentStorage = gates.RecurrentStorage(shape.HiddenSize, shape.HiddenSize);
        TransposedInput = new AlignedBuffer(InputStorage.Gates * shape.HiddenStride * shape.InputStride);
        TransposedRecurrent = new AlignedBuffer(RecurrentStorage.Gates * shape.HiddenStride * shape.HiddenStride);
        GateBias = new AlignedBuffer(GateColumns);
        Tiles = kernels.UsesTiles ? new TileWeights(shape, gates) : null;
        if (ownsInput)
        {
            _ownInput = new AlignedBuffer(shape.SequenceLength * shape.BatchSize * shape.InputStride);
            OwnDInput = new AlignedBuffer(shape.SequenceLength * shape.BatchSize * shape.InputStride);
            X = _ownInput.Pointer;
            DX = OwnDInput.Pointer;
        }

        MoveSegment(0, 0);
    }

    public LayerShape Shape { get; }

    public CellKernels Kernels { get; }

    /// <summary>Timesteps that <see cref="Gate"/> and <see cref="Auxiliary"/> have room for.</summary>
    public int GateTimesteps { get; }

    public PanelLayout InputStorage { get; }

    public PanelLayout RecurrentStorage { get; }

    /// <summary>Floats of a row of <see cref="Gate"/> that hold gates.</summary>
    public int GateColumns { get; }

    /// <summary>Floats from one row of <see cref="Gate"/> to the next.</summary>
    public int GateStride { get; }

    /// <summary>h, [T + 1, B, H].</summary>
    public AlignedBuffer Hidden { get; }

    /// <summary>∂L/∂h, [T + 1, B, H]. Before the backward pass the local gradient, after it the total.</summary>
    public AlignedBuffer DHidden { get; }

    /// <summary>c, [T + 1, B, H]; empty for cells without a cell state.</summary>
    public AlignedBuffer Cell { get; }

    /// <summary>∂L/∂c, [T + 1, B, H]. Only slot T is read; on return the total of every slot.</summary>
    public AlignedBuffer DCell { get; }

    /// <summary>
    /// Pre-activations, then activations, then ∂L/∂(pre-activation), [GateTimesteps, B, slots·H] in panels.
    /// </summary>
    public AlignedBuffer Gate { get; private set; }

    /// <summary>
    /// What a cell keeps from its forward pass besides gates and states, [GateTimesteps, B, H]: tanh(c) or r ⊙ h.
    /// </summary>
    public AlignedBuffer Auxiliary { get; private set; }

    /// <summary>Where timestep 0 of <see cref="Gate"/> would lie; only timesteps of the segment may be read.</summary>
    public float* GateOrigin { get; private set; }

    /// <summary>
    /// Where timestep 0 of <see cref="Auxiliary"/> would lie; only timesteps of the segment may be read.
    /// </summary>
    public float* AuxiliaryOrigin { get; private set; }

    /// <summary>Room for one timestep's intermediate gradients, [ScratchStates, B, H].</summary>
    public AlignedBuffer Scratch { get; }

    /// <summary>The weights as B operand of ∂L/∂x = dA·W, packed once per step in strips of columns.</summary>
    public AlignedBuffer TransposedInput { get; }

    /// <summary>The weights as B operand of ∂L/∂h = dA·R, packed once per step in strips of columns.</summary>
    public AlignedBuffer TransposedRecurrent { get; }

    /// <summary>The weights packed for products of tiles, where the kernels use them.</summary>
    public TileWeights? Tiles { get; }

    /// <summary>The sum of both biases in the order of a row of <see cref="Gate"/>.</summary>
    public AlignedBuffer GateBias { get; }

    /// <summary>∂L/∂x where this layer holds its own input, else null.</summary>
    public AlignedBuffer? OwnDInput { get; }

    /// <summary>Input, [T, B, I].</summary>
    public float* X { get; private set; }

    /// <summary>∂L/∂x, [T, B, I], overwritten by the backward pass; null where it is not asked for.</summary>
    public float* DX { get; private set; }

    public float* InputWeights { get; private set; }

    public float* RecurrentWeights { get; private set; }

    public float* InputBias { get; private set; }

    public float* RecurrentBias { get; private set; }

    public float* DInputWeights { get; private set; }

    public float* DRecurrentWeights { get; private set; }

    public float* DInputBias { get; private set; }

    public float* DRecurrentBias { get; private set; }

    /// <summary>What dropout multiplies this layer's input by in the current step; null without dropout.</summary>
    public DropoutMask? InputDropout { get; set; }

    /// <summary>Where sequences end that have not all timesteps; null where all have.</summary>
    public SequenceEnds? Ends { get; set; }

    /// <summary>States that a forward pass takes from outside; null where it computes them.</summary>
    public ObservedStates? Observed { get; set; }

    /// <summary>∂L/∂h that the final state has besides its local gradient, [B, H] padded; null for none.</summary>
    public float[]? FinalHiddenGradient { get; set; }

    /// <summary>∂L/∂c of the final state, [B, H] padded; null for none.</summary>
    public float[]? FinalCellGradient { get; set; }

    /// <summary>The layer's own input buffer where it has one.</summary>
    public Span<float> OwnInput => _ownInput is null ? [] : _ownInput.Span;

    /// <summary>The states after one timestep, or their gradients: t = −1 is the initial state, in slot 0.</summary>
    public Span<float> StateAt(AlignedBuffer states, int t)
    {
        int length = Shape.BatchSize * Shape.HiddenStride;
        return states.Span.Slice((t + 1) * length, length);
    }

    /// <summary>Lets gates from some place in their buffer on stand for a segment of the sequence.</summary>
    /// <param name="begin">The segment's first timestep.</param>
    /// <param name="place">Where its gates lie, in timesteps from the buffer's begin.</param>
    public void MoveSegment(int begin, int place)
    {
        nint rows = (nint)(begin - place) * Shape.BatchSize;
        GateOrigin = Gate.Pointer - (rows * GateStride);
        AuxiliaryOrigin = Auxiliary.Length == 0 ? null : Auxiliary.Pointer - (rows * Shape.HiddenStride);
    }

    /// <summary>Computes with other gates from now on: those that were kept, of the whole sequence.</summary>
    public void TakeGates(AlignedBuffer gate, AlignedBuffer auxiliary)
    {
        Gate = gate;
        Auxiliary = auxiliary;
        MoveSegment(0, 0);
    }

    /// <summary>
    /// Reads the hidden states of the layer below in place, and writes ∂L/∂x as their local gradient.
    /// </summary>
    public void ReadFrom(LayerBuffers below)
    {
        X = below.Hidden.Pointer + (below.Shape.BatchSize * below.Shape.HiddenStride);
        DX = below.DHidden.Pointer + (below.Shape.BatchSize * below.Shape.HiddenStride);
    }

    /// <summary>Lets the backward pass leave ∂L/∂x of a layer with an input of its own out, or compute it.</summary>
    public void AskForInput(bool isAsked) => DX = isAsked ? OwnDInput!.Pointer : null;

    public void BindParameters(RecurrentLayerParameters layer, AlignedBuffer parameters, AlignedBuffer gradients)
    {
        InputWeights = parameters.Pointer + layer.InputWeights.Offset;
        RecurrentWeights = parameters.Pointer + layer.RecurrentWeights.Offset;
        InputBias = parameters.Pointer + layer.InputBias.Offset;
        RecurrentBias = parameters.Pointer + layer.RecurrentBias.Offset;
        DInputWeights = gradients.Pointer + layer.InputWeights.Offset;
        DRecurrentWeights = gradients.Pointer + layer.RecurrentWeights.Offset;
        DInputBias = gradients.Pointer + layer.InputBias.Offset;
        DRecurrentBias = gradients.Pointer + layer.RecurrentBias.Offset;
    }
}
