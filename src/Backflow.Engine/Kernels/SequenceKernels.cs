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
internal abstract unsafe class SequenceKernels<TSimd, TVector> : CellKernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Rows of the gate buffer that one pass over the input weights serves before the recurrence runs on them.</summary>
    private const int ChunkRows = 192;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PrepareForward(LayerBuffers layer)
    {
        layer.GateBias.Clear();
        AddBias(layer, layer.InputBias, Gates.InputGates.Length, Gates.InputSlot);
        AddBias(layer, layer.RecurrentBias, Gates.RecurrentGates.Length, Gates.RecurrentSlot);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PrepareBackward(LayerBuffers layer)
    {
        TransposedStrips.Pack<TSimd, TVector>(
            layer.InputWeights, layer.InputStorage, 0, layer.InputStorage.Gates, layer.TransposedInput.Pointer);
        TransposedStrips.Pack<TSimd, TVector>(
            layer.RecurrentWeights,
            layer.RecurrentStorage,
            0,
            layer.RecurrentStorage.Gates,
            layer.TransposedRecurrent.Pointer);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(LayerBuffers layer, Timesteps window, int rowBegin, int rowEnd)
    {
        int chunk = ChunkTimesteps(layer);
        for (int begin = window.Begin; begin < window.End; begin += chunk)
        {
            int end = Math.Min(window.End, begin + chunk);
            InputProduct(layer, begin, end, rowBegin, rowEnd);
            for (int t = begin; t < end; t++)
            {
                ForwardTimestep(layer, t, rowBegin, rowEnd);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Recompute(LayerBuffers layer, Timesteps window, int rowBegin, int rowEnd)
    {
        int chunk = ChunkTimesteps(layer);
        for (int begin = window.Begin; begin < window.End; begin += chunk)
        {
            int end = Math.Min(window.End, begin + chunk);
            InputProduct(layer, begin, end, rowBegin, rowEnd);
            RecomputeChunk(layer, new Timesteps(begin, end), rowBegin, rowEnd);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(LayerBuffers layer, Timesteps window, int rowBegin, int rowEnd)
    {
        int chunk = ChunkTimesteps(layer);
        int chunks = (window.Count + chunk - 1) / chunk;
        for (int begin = window.Begin + ((chunks - 1) * chunk); begin >= window.Begin; begin -= chunk)
        {
            int end = Math.Min(window.End, begin + chunk);
            for (int t = end - 1; t >= begin; t--)
            {
                BackwardTimestep(layer, t, rowBegin, rowEnd);
            }

            if (layer.DX != null)
            {
                BackToInput(layer, begin, end, rowBegin, rowEnd);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WeightGradients(
        LayerBuffers layer, Timesteps window, int panelBegin, int panelEnd, PackedRows packed)
    {
        LayerShape shape = layer.Shape;
        int total = shape.SequenceLength * shape.BatchSize;
        int rows = window.End * shape.BatchSize;
        int first = window.Begin * shape.BatchSize;

        // Backwards, block by block, as windows come: the order of the sum must not depend on them.
        int row = (rows - 1) / PackedRows.BlockRows * PackedRows.BlockRows;
        for (; row >= first && panelBegin < panelEnd; row -= PackedRows.BlockRows)
        {
            int count = Math.Min(PackedRows.BlockRows, rows - row);
            WeightBlock block = new(layer, panelBegin, panelEnd, row, count, IsFirst: row + count == total);

            PackLeft(
                block,
                layer.X,
                shape.InputStride,
                shape.InputSize,
                layer.InputStorage,
                Gates.InputGates.Length,
                packed.Input);
            PackStates(block, packed);
            for (int panel = panelBegin; panel < panelEnd; panel++)
            {
                packed.PackStrip<TSimd, TVector>(
                    GateRow(layer, 0, row, panel),
                    layer.GateStride,
                    layer.RecurrentStorage.UnitsOf(panel) * Gates.GateSlots,
                    count);
                AddInputWeightGradient(block, panel, packed);
                AddRecurrentWeightGradient(block, panel, packed);
            }
        }
    }

    /// <summary>One timestep of some rows: the recurrent product and the gates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected virtual void ForwardTimestep(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        float* before = State(layer.Hidden, layer, t);
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            RecurrentProduct(layer, t, panel, 0, Gates.RecurrentGates.Length, before, rowBegin, rowEnd);
            ForwardGates(layer, t, panel, rowBegin, rowEnd);
        }
    }

    /// <summary>
    /// The gates of a chunk whose pre-activations hold the input's share: as hₜ₋₁ of every timestep is known, the
    /// recurrent product of all of them is one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected virtual void RecomputeChunk(LayerBuffers layer, Timesteps chunk, int rowBegin, int rowEnd)
    {
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            RecurrentProductOfChunk(
                layer,
                chunk,
                panel,
                0,
                Gates.RecurrentGates.Length,
                State(layer.Hidden, layer, chunk.Begin),
                rowBegin,
                rowEnd);
            for (int t = chunk.Begin; t < chunk.End; t++)
            {
                ForwardGates(layer, t, panel, rowBegin, rowEnd);
            }
        }
    }

    /// <summary>One timestep of some rows backwards: gate derivatives and ∂L/∂hₜ₋₁.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected virtual void BackwardTimestep(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        BackwardGates(layer, t, rowBegin, rowEnd);
        BackThroughState(
            layer,
            t,
            Gates.RecurrentSlot,
            Gates.RecurrentGates.Length,
            layer.TransposedRecurrent.Pointer,
            State(layer.DHidden, layer, t),
            accumulate: true,
            rowBegin,
            rowEnd);
    }

    /// <summary>Gates and new state of one panel from its pre-activations.</summary>
    protected abstract void ForwardGates(LayerBuffers layer, int t, int panel, int rowBegin, int rowEnd);

    /// <summary>∂L/∂(pre-activation) from ∂L/∂hₜ, in place of the activations.</summary>
    /// <remarks>Row by row: what the forward pass wrote long ago comes back in the order in which it lies.</remarks>
    protected abstract void BackwardGates(LayerBuffers layer, int t, int rowBegin, int rowEnd);

    /// <summary>Packs what R was multiplied by in one block of rows.</summary>
    protected virtual void PackStates(in WeightBlock block, PackedRows packed) =>
        PackStates(block, block.Layer.Hidden.Pointer, Gates.RecurrentGates.Length, packed.State);

    /// <summary>Packs what some slots of R were multiplied by in one block of rows.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="states">[T·B, H].</param>
    /// <param name="slots">Slots.</param>
    /// <param name="left">Where to.</param>
    protected static void PackStates(in WeightBlock block, float* states, int slots, PackedLeft left)
    {
        LayerShape shape = block.Layer.Shape;
        PackLeft(block, states, shape.HiddenStride, shape.HiddenSize, block.Layer.RecurrentStorage, slots, left);
    }

    /// <summary>∂L/∂R of one panel from one block of rows.</summary>
    protected virtual void AddRecurrentWeightGradient(in WeightBlock block, int panel, PackedRows packed) =>
        AddRecurrentWeightGradient(block, panel, packed.State, 0, Gates.RecurrentGates.Length, packed);

    /// <summary>Some slots of ∂L/∂R of one panel: ∂L/∂R[k, column] = Σ hₜ₋₁[row, k]·dA[row, column].</summary>
    /// <param name="block">The rows.</param>
    /// <param name="panel">The panel, whose strip is packed.</param>
    /// <param name="states">What these slots of R were multiplied by.</param>
    /// <param name="firstSlot">The first slot, among those of R.</param>
    /// <param name="slots">Slots.</param>
    /// <param name="packed">Room of the calling thread.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void AddRecurrentWeightGradient(
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int GateOffset(LayerBuffers layer, int panel) =>
        panel * layer.RecurrentStorage.UnitsPerPanel * Gates.GateSlots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* BiasOf(float* bias, PanelLayout storage, int panel) =>
        bias + (panel * storage.UnitsPerPanel * storage.Gates);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackLeft(
        in WeightBlock block, float* rows, int stride, int columns, PanelLayout storage, int slots, PackedLeft left) =>
        left.Pack(
            rows + ((nint)block.Row * stride),
            stride,
            columns,
            block.Rows,
            MatrixProduct<TSimd, TVector>.TileRows(storage.UnitsOf(0) * slots));

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

    /// <summary>A stretch of the T·B rows, and the panels that one thread sums over it.</summary>
    /// <param name="Layer">The layer.</param>
    /// <param name="PanelBegin">The first panel.</param>
    /// <param name="PanelEnd">The panel after the last.</param>
    /// <param name="Row">The first row.</param>
    /// <param name="Rows">Rows.</param>
    /// <param name="IsFirst">Whether its sum is the first, and overwrites.</param>
    protected readonly record struct WeightBlock(
        LayerBuffers Layer, int PanelBegin, int PanelEnd, int Row, int Rows, bool IsFirst);
}
