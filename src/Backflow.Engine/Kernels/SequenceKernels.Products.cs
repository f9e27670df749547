using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <content>The products with W and R, forward and back: of tiles, of vectors, or of a single row.</content>
internal abstract unsafe partial class SequenceKernels<TSimd, TVector>
{
    /// <summary>Whether the input's products of this layer are products of tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static bool UsesTilesForInput(LayerBuffers layer) => layer.Tiles is { UsesInput: true };

    /// <summary>Whether the state's products of this layer are products of tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static bool UsesTilesForRecurrent(LayerBuffers layer) => layer.Tiles is { UsesRecurrent: true };

    /// <summary>R for the way back from some slot on.</summary>
    protected static float* TransposedSlots(LayerBuffers layer, int firstSlot) =>
        layer.TransposedRecurrent.Pointer + ((nint)firstSlot * layer.Shape.HiddenStride * layer.Shape.HiddenStride);

    /// <summary>The left operand of the recurrent products that follow, where they are products of tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected static void PackState(LayerBuffers layer, float* states, int rowBegin, int rowEnd)
    {
        if (UsesTilesForRecurrent(layer))
        {
            LayerShape shape = layer.Shape;
            TileOperand.PackLeft(
                states + ((nint)rowBegin * shape.HiddenStride),
                shape.HiddenStride,
                rowEnd - rowBegin,
                new ColumnSegments(Offset: 0, Segments: 1, shape.HiddenSize, SegmentStride: 0),
                TileRoom.Left(TileOperand.Floats(rowEnd - rowBegin, shape.HiddenSize)));
        }
    }

    /// <summary>Aₜ += before·Rᵀ for some slots of one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void RecurrentProduct(
        LayerBuffers layer, int t, int panel, int firstSlot, int slots, float* before, int rowBegin, int rowEnd)
    {
        int units = layer.RecurrentStorage.UnitsOf(panel);
        float* gate = GateRow(layer, t, rowBegin, panel) + (units * (Gates.RecurrentSlot + firstSlot));
        if (UsesTilesForRecurrent(layer))
        {
            int terms = layer.Shape.HiddenSize;
            int column = (layer.RecurrentStorage.PanelOffset(panel) / terms) + (units * firstSlot);
            TileProduct.Multiply(
                rowEnd - rowBegin,
                units * slots,
                terms,
                TileRoom.Left(0),
                layer.Tiles!.Recurrent + TileWeights.ColumnOffset(column, terms),
                gate,
                layer.GateStride,
                gate,
                layer.GateStride);
            return;
        }

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
    /// Aₜ += beforeₜ·Rᵀ for some slots of one panel of every timestep of a chunk, with the bits of one timestep at a
    /// time.
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
        float* target,
        bool accumulate,
        int rowBegin,
        int rowEnd)
    {
        int rows = rowEnd - rowBegin;
        int stride = layer.Shape.HiddenStride;
        float* c = target + ((nint)rowBegin * stride);
        float* transposed = TransposedSlots(layer, firstSlot);
        ColumnSegments columns = Columns(layer, Gates.RecurrentSlot + firstSlot, slots);
        if (UsesTilesForRecurrent(layer))
        {
            int terms = slots * stride;
            byte* left = TileRoom.Left(TileOperand.Floats(rows, terms));
            TileOperand.PackLeft(
                GateRow(layer, t, rowBegin, 0) + columns.Offset, layer.GateStride, rows, columns, left);
            TileProduct.Multiply(
                rows, stride, terms, left, TransposedTiles(layer, firstSlot), accumulate ? c : null, stride, c, stride);
            return;
        }

        if (layer.Shape.BatchSize == 1)
        {
            RowProduct.MultiplyByTransposed<TSimd, TVector>(
                GateRow(layer, t, 0, 0) + columns.Offset, columns, transposed, c, stride, accumulate);
            return;
        }

        TransposedStrips.Multiply<TSimd, TVector>(
            GateRow(layer, t, rowBegin, 0) + columns.Offset,
            layer.GateStride,
            columns,
            transposed,
            rows,
            c,
            stride,
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
            if (UsesTilesForInput(layer))
            {
                TileOperand.PackLeft(
                    InputRow(layer, begin + call, rowBegin),
                    layer.Shape.InputStride,
                    rows,
                    new ColumnSegments(Offset: 0, Segments: 1, layer.Shape.InputSize, SegmentStride: 0),
                    TileRoom.Left(TileOperand.Floats(rows, layer.Shape.InputSize)));
            }

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
        int columns = units * Gates.InputGates.Length;
        int offset = units * Gates.InputSlot;
        if (UsesTilesForInput(layer))
        {
            int column = layer.InputStorage.PanelOffset(panel) / shape.InputSize;
            TileProduct.Multiply(
                rows,
                columns,
                shape.InputSize,
                TileRoom.Left(0),
                layer.Tiles!.Input + TileWeights.ColumnOffset(column, shape.InputSize),
                bias + offset,
                sourceStride: 0,
                gate + offset,
                layer.GateStride);
        }
        else
        {
            MatrixTileArguments arguments = new()
            {
                A = InputRow(layer, t, rowBegin),
                ARowStride = shape.InputStride,
                AStepStride = 1,
                Segments = 1,
                SegmentLength = shape.InputSize,
                B = layer.InputWeights + layer.InputStorage.PanelOffset(panel),
                BStride = columns,
                Source = bias + offset,
                SourceRowStride = 0,
                C = gate + offset,
                CRowStride = layer.GateStride,
            };
            MatrixProduct<TSimd, TVector>.Multiply(rows, columns, arguments);
        }

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
            float* gates = GateRow(layer, t, rowBegin, 0) + columns.Offset;
            float* dx = layer.DX + ((((nint)t * shape.BatchSize) + rowBegin) * shape.InputStride);
            if (UsesTilesForInput(layer))
            {
                int terms = layer.InputStorage.Gates * shape.HiddenStride;
                byte* left = TileRoom.Left(TileOperand.Floats(rows, terms));
                TileOperand.PackLeft(gates, layer.GateStride, rows, columns, left);
                TileProduct.Multiply(
                    rows,
                    shape.InputStride,
                    terms,
                    left,
                    layer.Tiles!.TransposedInput,
                    source: null,
                    sourceStride: 0,
                    dx,
                    shape.InputStride);
                continue;
            }

            TransposedStrips.Multiply<TSimd, TVector>(
                gates,
                layer.GateStride,
                columns,
                layer.TransposedInput.Pointer,
                rows,
                dx,
                shape.InputStride,
                accumulate: false);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* InputRow(LayerBuffers layer, int t, int row) =>
        layer.X + ((((nint)t * layer.Shape.BatchSize) + row) * layer.Shape.InputStride);

    // The slots of R lie one behind the other; each part begins with a whole block of terms.
    private static byte* TransposedTiles(LayerBuffers layer, int firstSlot)
    {
        int stride = layer.Shape.HiddenStride;
        return layer.Tiles!.TransposedRecurrent + TileWeights.ColumnOffset(stride, firstSlot * stride);
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
