using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>What all cells share: the loop over time and the four matrix products around it.</summary>
/// <remarks>
/// <code>
/// in chunks of some 192 rows, so that their gates stay in the second-level cache:
/// forward    A = b + X·Wᵀ   for the whole chunk
///            for t ascending, panel by panel:   Aₜ += hₜ₋₁·Rᵀ, then the gates on the still-cached panel
/// backward   for t descending:                  dAₜ from ∂L/∂hₜ, in place;   ∂L/∂hₜ₋₁ += dAₜ·R
///            ∂L/∂x = dA·W   for the whole chunk
/// weights    ∂L/∂W = Σ dAᵀ·x,  ∂L/∂R = Σ dAₜᵀ·hₜ₋₁   over all T·B rows, panel by panel
/// </code>
/// ∂L/∂h lies in T + 1 slots and each product adds to the slot of the earlier timestep, so the total gradient of every
/// timestep remains when the pass is over. That is what telemetry reads.
/// </remarks>
internal abstract unsafe partial class SequenceKernels<TSimd, TVector> : CellKernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>
    /// Rows of the gate buffer that one pass over the input weights serves before the recurrence runs on them.
    /// </summary>
    private const int ChunkRows = 192;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PrepareForward(LayerBuffers layer)
    {
        layer.GateBias.Clear();
        AddBias(layer, layer.InputBias, Gates.InputGates.Length, Gates.InputSlot);
        AddBias(layer, layer.RecurrentBias, Gates.RecurrentGates.Length, Gates.RecurrentSlot);
        if (layer.Tiles is not TileWeights tiles)
        {
            return;
        }

        if (tiles.UsesInput)
        {
            TileWeights.PackPanels(layer.InputWeights, layer.InputStorage, tiles.Input);
        }

        if (tiles.UsesRecurrent)
        {
            TileWeights.PackPanels(layer.RecurrentWeights, layer.RecurrentStorage, tiles.Recurrent);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PrepareBackward(LayerBuffers layer)
    {
        TransposedStrips.Pack<TSimd, TVector>(
            layer.InputWeights, layer.InputStorage, 0, layer.InputStorage.Gates, layer.TransposedInput.Pointer);
        if (UsesTilesForInput(layer))
        {
            TileWeights.PackStrips(
                layer.TransposedInput.Pointer,
                layer.InputStorage.Gates * layer.Shape.HiddenStride,
                layer.Shape.InputStride,
                layer.Tiles!.TransposedInput);
        }

        PackTransposedRecurrent(layer);
    }

    // What the masked slots read has a gradient of its own, so their part of R is packed apart.
    private void PackTransposedRecurrent(LayerBuffers layer)
    {
        int masked = Gates.RecurrentGates.Length - FirstMaskedSlot;
        PackTransposedRecurrent(layer, 0, FirstMaskedSlot);
        if (masked > 0)
        {
            PackTransposedRecurrent(layer, FirstMaskedSlot, masked);
        }
    }

    /// <summary>Packs some slots of R for the way back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackTransposedRecurrent(LayerBuffers layer, int firstSlot, int slots)
    {
        float* strips = TransposedSlots(layer, firstSlot);
        TransposedStrips.Pack<TSimd, TVector>(
            layer.RecurrentWeights, layer.RecurrentStorage, firstSlot, slots, strips);
        if (UsesTilesForRecurrent(layer))
        {
            TileWeights.PackStrips(
                strips, slots * layer.Shape.HiddenStride, layer.Shape.HiddenStride, TransposedTiles(layer, firstSlot));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(LayerBuffers layer, Timesteps segment, int rowBegin, int rowEnd)
    {
        int chunk = ChunkTimesteps(layer);
        for (int begin = segment.Begin; begin < segment.End; begin += chunk)
        {
            int end = Math.Min(segment.End, begin + chunk);
            InputProduct(layer, begin, end, rowBegin, rowEnd);
            for (int t = begin; t < end; t++)
            {
                ForwardTimestep(layer, t, rowBegin, rowEnd);
                layer.Ends?.Hold(layer, t, rowBegin, rowEnd);
                layer.Observed?.Replace(layer, t, rowBegin, rowEnd);
            }
        }

        TileProduct.Release();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Recompute(LayerBuffers layer, Timesteps segment, int rowBegin, int rowEnd)
    {
        int chunk = ChunkTimesteps(layer);
        for (int begin = segment.Begin; begin < segment.End; begin += chunk)
        {
            int end = Math.Min(segment.End, begin + chunk);
            InputProduct(layer, begin, end, rowBegin, rowEnd);

            // A product of tiles has its left operand packed for one timestep; states are held one by one.
            if (!UsesTilesForRecurrent(layer) && layer.Ends is null)
            {
                RecomputeChunk(layer, new Timesteps(begin, end), rowBegin, rowEnd);
                continue;
            }

            for (int t = begin; t < end; t++)
            {
                ForwardTimestep(layer, t, rowBegin, rowEnd);
                layer.Ends?.Hold(layer, t, rowBegin, rowEnd);
            }
        }

        TileProduct.Release();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(LayerBuffers layer, Timesteps segment, int rowBegin, int rowEnd)
    {
        int chunk = ChunkTimesteps(layer);
        int chunks = (segment.Count + chunk - 1) / chunk;
        for (int begin = segment.Begin + ((chunks - 1) * chunk); begin >= segment.Begin; begin -= chunk)
        {
            int end = Math.Min(segment.End, begin + chunk);
            for (int t = end - 1; t >= begin; t--)
            {
                layer.Ends?.PassBack(layer, t, rowBegin, rowEnd);
                BackwardTimestep(layer, t, rowBegin, rowEnd);
                layer.Ends?.Finish(layer, t, rowBegin, rowEnd);
            }

            if (layer.DX != null)
            {
                BackToInput(layer, begin, end, rowBegin, rowEnd);
            }
        }

        TileProduct.Release();
    }

    /// <summary>The first slot of R that multiplies the masked state; the number of slots where none does.</summary>
    protected virtual int FirstMaskedSlot => Gates.RecurrentGates.Length;

    /// <summary>One timestep of some rows: the recurrent product and the gates.</summary>
    protected abstract void ForwardTimestep(LayerBuffers layer, int t, int rowBegin, int rowEnd);

    /// <summary>
    /// The gates of a chunk whose pre-activations hold the input's share: as hₜ₋₁ of every timestep is known, the
    /// recurrent product of all of them is one.
    /// </summary>
    protected abstract void RecomputeChunk(LayerBuffers layer, Timesteps chunk, int rowBegin, int rowEnd);

    /// <summary>One timestep of some rows backwards: gate derivatives and ∂L/∂hₜ₋₁.</summary>
    protected abstract void BackwardTimestep(LayerBuffers layer, int t, int rowBegin, int rowEnd);

    /// <summary>State slot <paramref name="slot"/> of the first sequence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static float* State(AlignedBuffer states, LayerBuffers layer, int slot) =>
        states.Pointer + ((nint)slot * layer.Shape.BatchSize * layer.Shape.HiddenStride);

    /// <summary>What the cell keeps of one timestep beside gates and states, of the first sequence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static float* Kept(LayerBuffers layer, int t) =>
        layer.AuxiliaryOrigin + ((nint)t * layer.Shape.BatchSize * layer.Shape.HiddenStride);

    /// <summary>The gate buffer's row of one sequence at one timestep, at one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected float* GateRow(LayerBuffers layer, int t, int row, int panel) =>
        layer.GateOrigin + ((((nint)t * layer.Shape.BatchSize) + row) * layer.GateStride) + GateOffset(layer, panel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int GateOffset(LayerBuffers layer, int panel) =>
        panel * layer.RecurrentStorage.UnitsPerPanel * Gates.GateSlots;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddBias(LayerBuffers layer, float* bias, int slots, int firstSlot)
    {
        float* sum = layer.GateBias.Pointer;
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            int units = layer.RecurrentStorage.UnitsOf(panel);
            float* target = sum + GateOffset(layer, panel) + (units * firstSlot);
            float* source = bias + (panel * layer.RecurrentStorage.UnitsPerPanel * slots);
            for (int j = 0; j < units * slots; j++)
            {
                target[j] += source[j];
            }
        }
    }

    // Timesteps whose gates stay in the second-level cache between the input product and the recurrence.
    private static int ChunkTimesteps(LayerBuffers layer) => Math.Max(1, ChunkRows / layer.Shape.BatchSize);
}
