using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <content>The products with W and R, forward and back.</content>
internal abstract unsafe partial class SequenceKernels<TSimd, TVector>
{
    /// <summary>Aₜ += before·Rᵀ for some slots of one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void RecurrentProduct(
        LayerBuffers layer, int t, int panel, int firstSlot, int slots, float* before, int rowBegin, int rowEnd)
    {
        int units = layer.RecurrentStorage.UnitsOf(panel);
        float* gate = GateRow(layer, t, rowBegin, panel) + (units * (Gates.RecurrentSlot + firstSlot));
        MatrixTileArguments arguments = new()
        {
            A = before + ((nint)rowBegin * layer.Shape.HiddenStride),
            ARowStride = layer.Shape.HiddenStride,
            AStepStride = 1,
            Segments = 1,
            SegmentLength = layer.Shape.HiddenSize,
            B = layer.RecurrentWeights + layer.RecurrentStorage.PanelOffset(panel) + (units * firstSlot),
            BStride = units * Gates.RecurrentGates.Length,
            Source = gate,
            SourceRowStride = layer.GateStride,
            C = gate,
            CRowStride = layer.GateStride,
        };
        if (layer.Shape.BatchSize == 1)
        {
            RowProduct.Add<TSimd, TVector>(
                arguments.A, arguments.SegmentLength, arguments.B, (int)arguments.BStride, gate, units * slots);
            return;
        }

        MatrixProduct<TSimd, TVector>.Multiply(rowEnd - rowBegin, units * slots, arguments);
    }

    /// <summary>
    /// Aₜ += beforeₜ·Rᵀ for some slots of one panel of every timestep of a chunk, with the bits of one timestep at a time.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void RecurrentProductOfChunk(
        LayerBuffers layer,
        Timesteps chunk,
        int panel,
        int firstSlot,
        int slots,
        float* before,
        int rowBegin,
        int rowEnd)
    {
        int batch = layer.Shape.BatchSize;
        if (batch > 1)
        {
            for (int t = chunk.Begin; t < chunk.End; t++)
            {
                RecurrentProduct(layer, t, panel, firstSlot, slots, before, rowBegin, rowEnd);
                before += (nint)batch * layer.Shape.HiddenStride;
            }

            return;
        }

        int units = layer.RecurrentStorage.UnitsOf(panel);
        RowProduct.AddRows<TSimd, TVector>(
            chunk.Count,
            units * slots,
            new MatrixTileArguments
            {
                A = before,
                ARowStride = layer.Shape.HiddenStride,
                AStepStride = 1,
                Segments = 1,
                SegmentLength = layer.Shape.HiddenSize,
                B = layer.RecurrentWeights + layer.RecurrentStorage.PanelOffset(panel) + (units * firstSlot),
                BStride = units * Gates.RecurrentGates.Length,
                C = GateRow(layer, chunk.Begin, 0, panel) + (units * (Gates.RecurrentSlot + firstSlot)),
                CRowStride = layer.GateStride,
            });
    }

    /// <summary>target (+)= dAₜ·R for the columns of some slots, over all panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void BackThroughState(
        LayerBuffers layer,
        int t,
        int firstSlot,
        int slots,
        float* transposed,
        float* target,
        bool accumulate,
        int rowBegin,
        int rowEnd)
    {
        float* c = target + ((nint)rowBegin * layer.Shape.HiddenStride);
        ColumnSegments columns = Columns(layer, firstSlot, slots);
        if (layer.Shape.BatchSize == 1)
        {
            RowProduct.MultiplyByTransposed<TSimd, TVector>(
                GateRow(layer, t, 0, 0) + columns.Offset, columns, transposed, c, layer.Shape.HiddenStride, accumulate);
            return;
        }

        TransposedStrips.Multiply<TSimd, TVector>(
            GateRow(layer, t, rowBegin, 0) + columns.Offset,
            layer.GateStride,
            columns,
            transposed,
            rowEnd - rowBegin,
            c,
            layer.Shape.HiddenStride,
            accumulate);
    }

    // A = b + X·Wᵀ for some timesteps; one call for all of them where the rows lie together.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void InputProduct(LayerBuffers layer, int begin, int end, int rowBegin, int rowEnd)
    {
        int batch = layer.Shape.BatchSize;
        bool isWholeBatch = rowBegin == 0 && rowEnd == batch;
        int calls = isWholeBatch ? 1 : end - begin;
        int rows = isWholeBatch ? (end - begin) * batch : rowEnd - rowBegin;
        for (int call = 0; call < calls; call++)
        {
            for (int panel = 0; panel < layer.InputStorage.Panels; panel++)
            {
                InputProductOfPanel(layer, begin + call, rowBegin, rows, panel);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void InputProductOfPanel(LayerBuffers layer, int t, int rowBegin, int rows, int panel)
    {
        LayerShape shape = layer.Shape;
        int units = layer.InputStorage.UnitsOf(panel);
        float* gate = GateRow(layer, t, rowBegin, panel);
        float* bias = layer.GateBias.Pointer + GateOffset(layer, panel);
        MatrixTileArguments arguments = new()
        {
            A = layer.X + ((((nint)t * shape.BatchSize) + rowBegin) * shape.InputStride),
            ARowStride = shape.InputStride,
            AStepStride = 1,
            Segments = 1,
            SegmentLength = shape.InputSize,
            B = layer.InputWeights + layer.InputStorage.PanelOffset(panel),
            BStride = units * Gates.InputGates.Length,
            Source = bias + (units * Gates.InputSlot),
            SourceRowStride = 0,
            C = gate + (units * Gates.InputSlot),
            CRowStride = layer.GateStride,
        };
        MatrixProduct<TSimd, TVector>.Multiply(rows, units * Gates.InputGates.Length, arguments);

        // Slots that only the recurrent product fills start from their bias.
        int filled = units * (Gates.InputSlot + Gates.InputGates.Length);
        for (int column = filled; column < units * Gates.GateSlots; column += TSimd.Count)
        {
            TVector start = TSimd.Load(bias + column);
            for (int row = 0; row < rows; row++)
            {
                TSimd.Store(gate + ((nint)row * layer.GateStride) + column, start);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackToInput(LayerBuffers layer, int begin, int end, int rowBegin, int rowEnd)
    {
        LayerShape shape = layer.Shape;
        bool isWholeBatch = rowBegin == 0 && rowEnd == shape.BatchSize;
        int calls = isWholeBatch ? 1 : end - begin;
        int rows = isWholeBatch ? (end - begin) * shape.BatchSize : rowEnd - rowBegin;
        ColumnSegments columns = Columns(layer, Gates.InputSlot, Gates.InputGates.Length);
        for (int call = 0; call < calls; call++)
        {
            int t = begin + call;
            TransposedStrips.Multiply<TSimd, TVector>(
                GateRow(layer, t, rowBegin, 0) + columns.Offset,
                layer.GateStride,
                columns,
                layer.TransposedInput.Pointer,
                rows,
                layer.DX + ((((nint)t * shape.BatchSize) + rowBegin) * shape.InputStride),
                shape.InputStride,
                accumulate: false);
        }
    }

    // Cells that use part of a panel have panels of equal size, one vector of units each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ColumnSegments Columns(LayerBuffers layer, int firstSlot, int slots) =>
        slots == Gates.GateSlots
            ? new ColumnSegments(Offset: 0, Segments: 1, SegmentLength: layer.GateColumns, SegmentStride: 0)
            : new ColumnSegments(
                Offset: PanelLayout.UnitMultiple * firstSlot,
                Segments: layer.RecurrentStorage.Panels,
                SegmentLength: PanelLayout.UnitMultiple * slots,
                SegmentStride: PanelLayout.UnitMultiple * Gates.GateSlots);
}
