using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>A cell from outside: the engine's products, an author's equations.</summary>
/// <remarks>
/// Gates lie in panels of 16 units, as those of the LSTM. Row by row they are activated and copied into the order of
/// the units, where the equations read them. A cell with a masked state has two products one after the other, as the
/// GRU with reset before the product has.
/// </remarks>
internal sealed unsafe partial class ElementwiseKernels<TSimd, TVector> : SequenceKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly ICellEquations<float> _equations;
    private readonly ImmutableArray<CellActivation> _activations;
    private readonly int _slots;
    private readonly int _firstMasked;

    public ElementwiseKernels(CellDescription cell, ICellEquations<float> equations)
    {
        _equations = equations;
        _activations = [.. cell.Gates.Select(static gate => gate.Activation)];
        _slots = cell.Gates.Length;
        _firstMasked = cell.FirstMaskedGate;
        HasCellState = cell.HasCellState;
        ImmutableArray<int> order = [.. Enumerable.Range(0, _slots)];
        Gates = new GateLayout(PanelLayout.UnitMultiple, _slots, order, 0, order, 0);
    }

    public override GateLayout Gates { get; }

    public override bool HasCellState { get; }

    // The masked state.
    public override bool NeedsAuxiliary => IsMasked;

    // ∂L/∂(masked state), then what the unmasked gates' gradients are before it is known.
    public override int ScratchStates => IsMasked ? 1 + _firstMasked : 0;

    protected override int FirstMaskedSlot => _firstMasked;

    private bool IsMasked => _firstMasked < _slots;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void ForwardTimestep(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        float* before = State(layer.Hidden, layer, t);
        PackState(layer, before, rowBegin, rowEnd);
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            RecurrentProduct(layer, t, panel, 0, _firstMasked, before, rowBegin, rowEnd);
        }

        if (IsMasked)
        {
            ForwardMask(layer, t, rowBegin, rowEnd);
            float* masked = Kept(layer, t);
            PackState(layer, masked, rowBegin, rowEnd);
            for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
            {
                RecurrentProduct(layer, t, panel, _firstMasked, _slots - _firstMasked, masked, rowBegin, rowEnd);
            }
        }

        ForwardRows(layer, t, rowBegin, rowEnd);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void RecomputeChunk(LayerBuffers layer, Timesteps chunk, int rowBegin, int rowEnd)
    {
        float* before = State(layer.Hidden, layer, chunk.Begin);
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            RecurrentProductOfChunk(layer, chunk, panel, 0, _firstMasked, before, rowBegin, rowEnd);
        }

        if (IsMasked)
        {
            for (int t = chunk.Begin; t < chunk.End; t++)
            {
                ForwardMask(layer, t, rowBegin, rowEnd);
            }

            float* masked = Kept(layer, chunk.Begin);
            int slots = _slots - _firstMasked;
            for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
            {
                RecurrentProductOfChunk(layer, chunk, panel, _firstMasked, slots, masked, rowBegin, rowEnd);
            }
        }

        for (int t = chunk.Begin; t < chunk.End; t++)
        {
            ForwardRows(layer, t, rowBegin, rowEnd);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void BackwardTimestep(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        BackwardRows(layer, t, rowBegin, rowEnd);
        if (IsMasked)
        {
            BackThroughState(
                layer, t, _firstMasked, _slots - _firstMasked, layer.Scratch.Pointer, false, rowBegin, rowEnd);
            BackwardMask(layer, t, rowBegin, rowEnd);
        }

        BackThroughState(
            layer, t, 0, _firstMasked, State(layer.DHidden, layer, t), accumulate: true, rowBegin, rowEnd);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ForwardMask(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        int block = BlockOf(layer);
        float* room = stackalloc float[_slots * block];
        for (int row = rowBegin; row < rowEnd; row++)
        {
            for (int first = 0; first < layer.Shape.HiddenStride; first += block)
            {
                UnitBlock at = BlockAt(layer, t, row, first, block);
                Activate(at.Gates, room, block, 0, _firstMasked, at.Stored);
                _equations.Mask(new CellMask<float>(
                    new ReadOnlySpan<float>(room, _firstMasked * block),
                    block,
                    Units(layer.Hidden, layer, t, at),
                    new Span<float>(Kept(layer, t) + at.Offset, at.Units)));
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ForwardRows(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        int block = BlockOf(layer);
        float* room = stackalloc float[_slots * block];
        for (int row = rowBegin; row < rowEnd; row++)
        {
            for (int first = 0; first < layer.Shape.HiddenStride; first += block)
            {
                UnitBlock at = BlockAt(layer, t, row, first, block);
                if (IsMasked)
                {
                    Copy(at.Gates, room, block, _firstMasked, at.Stored);
                }

                Activate(at.Gates, room, block, IsMasked ? _firstMasked : 0, _slots, at.Stored);
                CellForward<float> step = new(
                    new ReadOnlySpan<float>(room, _slots * block),
                    block,
                    Units(layer.Hidden, layer, t, at),
                    Units(layer.Hidden, layer, t + 1, at),
                    HasCellState ? Units(layer.Cell, layer, t, at) : default,
                    HasCellState ? Units(layer.Cell, layer, t + 1, at) : default);
                if (HasCellState)
                {
                    _equations.ForwardCell(step);
                }

                _equations.Forward(step);
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackwardRows(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        int block = BlockOf(layer);
        float* room = stackalloc float[_slots * block];
        float* dRoom = stackalloc float[_slots * block];
        for (int row = rowBegin; row < rowEnd; row++)
        {
            for (int first = 0; first < layer.Shape.HiddenStride; first += block)
            {
                UnitBlock at = BlockAt(layer, t, row, first, block);
                Copy(at.Gates, room, block, _slots, at.Stored);
                new Span<float>(dRoom, _slots * block).Clear();
                _equations.Backward(Step(layer, t, at, room, dRoom, block));
                Deactivate(at.Gates, dRoom, block, IsMasked ? _firstMasked : 0, _slots, at.Stored);
                FlushTiny(State(layer.DHidden, layer, t) + at.Offset, at.Stored);
                if (HasCellState)
                {
                    FlushTiny(State(layer.DCell, layer, t) + at.Offset, at.Stored);
                }

                for (int slot = 0; IsMasked && slot < _firstMasked; slot++)
                {
                    new Span<float>(dRoom + (slot * block), at.Stored).CopyTo(
                        new Span<float>(UnmaskedGradient(layer, slot) + at.Offset, at.Stored));
                }
            }
        }
    }

    private CellBackward<float> Step(
        LayerBuffers layer, int t, scoped in UnitBlock at, float* room, float* dRoom, int block)
    {
        Span<float> dCellBefore = default;
        if (HasCellState)
        {
            dCellBefore = Units(layer.DCell, layer, t, at);
            dCellBefore.Clear();
        }

        return new CellBackward<float>(
            new ReadOnlySpan<float>(room, _slots * block), new Span<float>(dRoom, _slots * block), block)
        {
            HiddenBefore = Units(layer.Hidden, layer, t, at),
            Hidden = Units(layer.Hidden, layer, t + 1, at),
            DHidden = Units(layer.DHidden, layer, t + 1, at),
            DHiddenBefore = Units(layer.DHidden, layer, t, at),
            CellBefore = HasCellState ? Units(layer.Cell, layer, t, at) : default,
            Cell = HasCellState ? Units(layer.Cell, layer, t + 1, at) : default,
            DCell = HasCellState ? Units(layer.DCell, layer, t + 1, at) : default,
            DCellBefore = dCellBefore,
        };
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackwardMask(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        int block = BlockOf(layer);
        float* room = stackalloc float[_firstMasked * block];
        float* dRoom = stackalloc float[_firstMasked * block];
        for (int row = rowBegin; row < rowEnd; row++)
        {
            for (int first = 0; first < layer.Shape.HiddenStride; first += block)
            {
                UnitBlock at = BlockAt(layer, t, row, first, block);
                Copy(at.Gates, room, block, _firstMasked, at.Stored);
                for (int slot = 0; slot < _firstMasked; slot++)
                {
                    new Span<float>(UnmaskedGradient(layer, slot) + at.Offset, at.Stored).CopyTo(
                        new Span<float>(dRoom + (slot * block), at.Stored));
                }

                _equations.BackwardMask(new CellMaskBackward<float>(
                    new ReadOnlySpan<float>(room, _firstMasked * block),
                    new Span<float>(dRoom, _firstMasked * block),
                    block,
                    Units(layer.Hidden, layer, t, at),
                    new ReadOnlySpan<float>(layer.Scratch.Pointer + at.Offset, at.Units),
                    Units(layer.DHidden, layer, t, at)));
                Deactivate(at.Gates, dRoom, block, 0, _firstMasked, at.Stored);
                FlushTiny(State(layer.DHidden, layer, t) + at.Offset, at.Stored);
            }
        }
    }
}
