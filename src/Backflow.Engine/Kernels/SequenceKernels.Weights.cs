using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <content>Weight gradients: sums over all rows.</content>
internal abstract unsafe partial class SequenceKernels<TSimd, TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WeightGradients(
        LayerBuffers layer, Timesteps segment, int panelBegin, int panelEnd, PackedRows packed)
    {
        LayerShape shape = layer.Shape;
        int total = shape.SequenceLength * shape.BatchSize;
        int rows = segment.End * shape.BatchSize;
        int first = segment.Begin * shape.BatchSize;

        // Backwards, block by block, as segments come: the order of the sum must not depend on them.
        int row = (rows - 1) / PackedRows.BlockRows * PackedRows.BlockRows;
        for (; row >= first && panelBegin < panelEnd; row -= PackedRows.BlockRows)
        {
            int count = Math.Min(PackedRows.BlockRows, rows - row);
            WeightBlock block = new(layer, row, count, IsFirst: row + count == total);

            PackLeft(
                block,
                layer.X,
                shape.InputStride,
                shape.InputSize,
                layer.InputStorage,
                Gates.InputGates.Length,
                UsesTilesForInput(layer),
                packed.Input);
            PackStates(block, packed);
            for (int panel = panelBegin; panel < panelEnd; panel++)
            {
                packed.PackStrip<TSimd, TVector>(
                    GateRow(layer, 0, row, panel),
                    layer.GateStride,
                    layer.RecurrentStorage.UnitsOf(panel) * Gates.GateSlots,
                    count,
                    asTiles: layer.Tiles is { UsesAny: true });
                AddInputWeightGradient(block, panel, packed);
                AddRecurrentWeightGradient(block, panel, packed);
            }
        }

        TileProduct.Release();
    }

    /// <summary>Packs what R was multiplied by in one block of rows.</summary>
    private void PackStates(in WeightBlock block, PackedRows packed)
    {
        int masked = Gates.RecurrentGates.Length - FirstMaskedSlot;
        PackStates(block, block.Layer.Hidden.Pointer, FirstMaskedSlot, packed.State);
        if (masked > 0)
        {
            PackStates(block, block.Layer.AuxiliaryOrigin, masked, packed.MaskedState);
        }
    }

    /// <summary>Packs what some slots of R were multiplied by in one block of rows.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="states">[T·B, H].</param>
    /// <param name="slots">How many slots of R they are for.</param>
    /// <param name="left">Where to.</param>
    private static void PackStates(in WeightBlock block, float* states, int slots, PackedLeft left)
    {
        LayerShape shape = block.Layer.Shape;
        LayerBuffers layer = block.Layer;
        PackLeft(
            block,
            states,
            shape.HiddenStride,
            shape.HiddenSize,
            layer.RecurrentStorage,
            slots,
            layer.Tiles is { UsesState: true },
            left);
    }

    /// <summary>∂L/∂R of one panel from one block of rows.</summary>
    private void AddRecurrentWeightGradient(in WeightBlock block, int panel, PackedRows packed)
    {
        int masked = Gates.RecurrentGates.Length - FirstMaskedSlot;
        AddRecurrentWeightGradient(block, panel, packed.State, 0, FirstMaskedSlot, packed);
        if (masked > 0)
        {
            AddRecurrentWeightGradient(block, panel, packed.MaskedState, FirstMaskedSlot, masked, packed);
        }
    }

    /// <summary>Some slots of ∂L/∂R of one panel: ∂L/∂R[k, column] = Σ hₜ₋₁[row, k]·dA[row, column].</summary>
    /// <param name="block">The rows.</param>
    /// <param name="panel">The panel, whose strip is packed.</param>
    /// <param name="states">What these slots of R were multiplied by.</param>
    /// <param name="firstSlot">The first slot, among those of R.</param>
    /// <param name="slots">Slots from there on.</param>
    /// <param name="packed">Room of the calling thread.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRecurrentWeightGradient(
        in WeightBlock block, int panel, PackedLeft states, int firstSlot, int slots, PackedRows packed)
    {
        LayerBuffers layer = block.Layer;
        int units = layer.RecurrentStorage.UnitsOf(panel);
        int offset = units * firstSlot;
        int column = (units * Gates.RecurrentSlot) + offset;
        OuterProduct.Add<TSimd, TVector>(
            states,
            packed,
            column,
            units * slots,
            layer.DRecurrentWeights + layer.RecurrentStorage.PanelOffset(panel) + offset,
            units * Gates.RecurrentGates.Length,
            accumulate: !block.IsFirst);
        packed.AddSums<TSimd, TVector>(
            column,
            units * slots,
            BiasOf(layer.DRecurrentBias, layer.RecurrentStorage, panel) + offset,
            accumulate: !block.IsFirst);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* BiasOf(float* bias, PanelLayout storage, int panel) =>
        bias + (panel * storage.UnitsPerPanel * storage.Gates);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackLeft(
        in WeightBlock block,
        float* rows,
        int stride,
        int columns,
        PanelLayout storage,
        int slots,
        bool asTiles,
        PackedLeft left)
    {
        float* first = rows + ((nint)block.Row * stride);
        if (asTiles)
        {
            left.PackTiles(first, stride, columns, block.Rows);
            return;
        }

        left.Pack(
            first,
            stride,
            columns,
            block.Rows,
            MatrixProduct<TSimd, TVector>.TileRows(storage.UnitsOf(0) * slots));
    }

    // ∂L/∂W[k, column] = Σ x[row, k]·dA[row, column]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddInputWeightGradient(in WeightBlock block, int panel, PackedRows packed)
    {
        LayerBuffers layer = block.Layer;
        int units = layer.InputStorage.UnitsOf(panel);
        int columns = units * Gates.InputGates.Length;
        int column = units * Gates.InputSlot;
        OuterProduct.Add<TSimd, TVector>(
            packed.Input,
            packed,
            column,
            columns,
            layer.DInputWeights + layer.InputStorage.PanelOffset(panel),
            columns,
            accumulate: !block.IsFirst);
        packed.AddSums<TSimd, TVector>(
            column, columns, BiasOf(layer.DInputBias, layer.InputStorage, panel), accumulate: !block.IsFirst);
    }

    /// <summary>A stretch of the T·B rows that one thread sums over.</summary>
    /// <param name="Layer">The layer whose weight gradients are summed.</param>
    /// <param name="Row">The first row of the stretch.</param>
    /// <param name="Rows">Its length in rows.</param>
    /// <param name="IsFirst">Whether its sum is the first, and overwrites.</param>
    private readonly record struct WeightBlock(LayerBuffers Layer, int Row, int Rows, bool IsFirst);
}
