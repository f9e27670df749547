using System.Runtime.InteropServices;

namespace Backflow.Engine.Kernels;

/// <summary>What all cells share: the loop over time and the four matrix products around it.</summary>
/// <remarks>
/// <code>
/// forward    A = b + X·Wᵀ   for all T·B rows at once
///            for t = 0 … T−1, panel by panel:   Aₜ += hₜ₋₁·Rᵀ, then the gates on the still-cached panel
/// backward   for t = T−1 … 0:                   dAₜ from ∂L/∂hₜ, in place;   ∂L/∂hₜ₋₁ += dAₜ·R
///            ∂L/∂x = dA·W   for all T·B rows at once
/// weights    ∂L/∂W = Σ dAᵀ·x,  ∂L/∂R = Σ dAₜᵀ·hₜ₋₁   over all T·B rows, panel by panel
/// </code>
/// ∂L/∂h lies in T + 1 slots and each product adds to the slot of the earlier timestep, so the total gradient of every
/// timestep remains when the pass is over. That is what telemetry reads.
/// </remarks>
internal abstract unsafe class SequenceKernels<TSimd, TVector> : CellKernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Rows of X that one pass over the input weights serves.</summary>
    private const int RowBlock = 192;

    public override void PrepareForward(LayerBuffers layer)
    {
        layer.GateBias.Clear();
        AddBias(layer, layer.InputBias, Gates.InputGates.Length, Gates.InputSlot);
        AddBias(layer, layer.RecurrentBias, Gates.RecurrentGates.Length, Gates.RecurrentSlot);
    }

    public override void PrepareBackward(LayerBuffers layer)
    {
        TransposedStrips.Pack(
            layer.InputWeights, layer.InputStorage, 0, layer.InputStorage.Gates, layer.TransposedInput.Pointer);
        TransposedStrips.Pack(
            layer.RecurrentWeights,
            layer.RecurrentStorage,
            0,
            layer.RecurrentStorage.Gates,
            layer.TransposedRecurrent.Pointer);
    }

    public override void Forward(LayerBuffers layer, int rowBegin, int rowEnd)
    {
        InputProduct(layer, rowBegin, rowEnd);
        for (int t = 0; t < layer.Shape.SequenceLength; t++)
        {
            ForwardTimestep(layer, t, rowBegin, rowEnd);
        }
    }

    public override void Backward(LayerBuffers layer, int rowBegin, int rowEnd)
    {
        for (int t = layer.Shape.SequenceLength - 1; t >= 0; t--)
        {
            BackwardTimestep(layer, t, rowBegin, rowEnd);
        }

        if (layer.DX != null)
        {
            BackToInput(layer, rowBegin, rowEnd);
        }
    }

    public override void WeightGradients(LayerBuffers layer, int part)
    {
        LayerShape shape = layer.Shape;
        float* gate = layer.Gate.Pointer + GateOffset(layer, part);
        int units = layer.RecurrentStorage.UnitsOf(part);

        // ∂L/∂W[k, column] = Σ x[row, k]·dA[row, column]
        float* dInput = layer.DInputWeights + layer.InputStorage.PanelOffset(part);
        int inputColumns = units * Gates.InputGates.Length;
        float* inputGate = gate + (units * Gates.InputSlot);
        int rows = shape.SequenceLength * shape.BatchSize;
        OuterProduct.Compute<TSimd, TVector>(
            rows,
            layer.X,
            shape.InputSize,
            shape.InputStride,
            inputGate,
            inputColumns,
            layer.GateStride,
            dInput,
            inputColumns);
        OuterProduct.SumRows<TSimd, TVector>(
            rows, inputGate, inputColumns, layer.GateStride, BiasOf(layer.DInputBias, layer.InputStorage, part));

        // ∂L/∂R likewise, from the state before each timestep.
        RecurrentWeightGradients(layer, part, gate + (units * Gates.RecurrentSlot), units);
        OuterProduct.SumRows<TSimd, TVector>(
            rows,
            gate + (units * Gates.RecurrentSlot),
            units * Gates.RecurrentGates.Length,
            layer.GateStride,
            BiasOf(layer.DRecurrentBias, layer.RecurrentStorage, part));
    }

    /// <summary>One timestep of some rows: the recurrent product and the gates.</summary>
    protected virtual void ForwardTimestep(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        float* before = State(layer.Hidden, layer, t);
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            RecurrentProduct(layer, t, panel, 0, Gates.RecurrentGates.Length, before, rowBegin, rowEnd);
            ForwardGates(layer, t, panel, rowBegin, rowEnd);
        }
    }

    /// <summary>One timestep of some rows backwards: gate derivatives and ∂L/∂hₜ₋₁.</summary>
    protected virtual void BackwardTimestep(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            BackwardGates(layer, t, panel, rowBegin, rowEnd);
        }

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

    /// <summary>∂L/∂(pre-activation) of one panel from ∂L/∂hₜ, in place of the activations.</summary>
    protected abstract void BackwardGates(LayerBuffers layer, int t, int panel, int rowBegin, int rowEnd);

    /// <summary>∂L/∂R of one panel: Σ over rows of hₜ₋₁ᵀ·dAₜ.</summary>
    protected virtual void RecurrentWeightGradients(LayerBuffers layer, int panel, float* gate, int units)
    {
        int columns = units * Gates.RecurrentGates.Length;
        OuterProduct.Compute<TSimd, TVector>(
            layer.Shape.SequenceLength * layer.Shape.BatchSize,
            layer.Hidden.Pointer,
            layer.Shape.HiddenSize,
            layer.Shape.HiddenStride,
            gate,
            columns,
            layer.GateStride,
            layer.DRecurrentWeights + layer.RecurrentStorage.PanelOffset(panel),
            columns);
    }

    /// <summary>State slot <paramref name="slot"/> of the first sequence.</summary>
    protected static float* State(AlignedBuffer states, LayerBuffers layer, int slot) =>
        states.Pointer + ((nint)slot * layer.Shape.BatchSize * layer.Shape.HiddenStride);

    /// <summary>The gate buffer's row of one sequence at one timestep, at one panel.</summary>
    protected float* GateRow(LayerBuffers layer, int t, int row, int panel) =>
        layer.Gate.Pointer + ((((nint)t * layer.Shape.BatchSize) + row) * layer.GateStride) + GateOffset(layer, panel);

    /// <summary>Aₜ += before·Rᵀ for some slots of one panel.</summary>
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
        MatrixProduct<TSimd, TVector>.Multiply(rowEnd - rowBegin, units * slots, arguments);
    }

    /// <summary>target (+)= dAₜ·R for the columns of some slots, over all panels.</summary>
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

    private int GateOffset(LayerBuffers layer, int panel) =>
        panel * layer.RecurrentStorage.UnitsPerPanel * Gates.GateSlots;

    private static float* BiasOf(float* bias, PanelLayout storage, int panel) =>
        bias + (panel * storage.UnitsPerPanel * storage.Gates);

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

    // A = b + X·Wᵀ: blocks of rows are the outer loop, so that a block of X stays in the second-level cache.
    private void InputProduct(LayerBuffers layer, int rowBegin, int rowEnd)
    {
        LayerShape shape = layer.Shape;
        bool isWholeBatch = rowBegin == 0 && rowEnd == shape.BatchSize;
        int block = isWholeBatch ? Math.Max(1, RowBlock / shape.BatchSize) : 1;
        for (int t = 0; t < shape.SequenceLength; t += block)
        {
            int timesteps = Math.Min(block, shape.SequenceLength - t);
            int rows = isWholeBatch ? timesteps * shape.BatchSize : rowEnd - rowBegin;
            for (int panel = 0; panel < layer.InputStorage.Panels; panel++)
            {
                InputProductOfPanel(layer, t, rowBegin, rows, panel);
            }
        }
    }

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
        int inputSlots = Gates.InputSlot + Gates.InputGates.Length;
        nuint remaining = (nuint)(units * (Gates.GateSlots - inputSlots) * sizeof(float));
        for (int row = 0; remaining > 0 && row < rows; row++)
        {
            NativeMemory.Copy(
                bias + (units * inputSlots), gate + ((nint)row * layer.GateStride) + (units * inputSlots), remaining);
        }
    }

    private void BackToInput(LayerBuffers layer, int rowBegin, int rowEnd)
    {
        LayerShape shape = layer.Shape;
        bool isWholeBatch = rowBegin == 0 && rowEnd == shape.BatchSize;
        int block = isWholeBatch ? Math.Max(1, RowBlock / shape.BatchSize) : 1;
        ColumnSegments columns = Columns(layer, Gates.InputSlot, Gates.InputGates.Length);
        for (int t = 0; t < shape.SequenceLength; t += block)
        {
            int timesteps = Math.Min(block, shape.SequenceLength - t);
            TransposedStrips.Multiply<TSimd, TVector>(
                GateRow(layer, t, rowBegin, 0) + columns.Offset,
                layer.GateStride,
                columns,
                layer.TransposedInput.Pointer,
                isWholeBatch ? timesteps * shape.BatchSize : rowEnd - rowBegin,
                layer.DX + ((((nint)t * shape.BatchSize) + rowBegin) * shape.InputStride),
                shape.InputStride,
                accumulate: false);
        }
    }

    // Cells that use part of a panel have panels of equal size, one vector of units each.
    private ColumnSegments Columns(LayerBuffers layer, int firstSlot, int slots) =>
        slots == Gates.GateSlots
            ? new ColumnSegments(Offset: 0, Segments: 1, SegmentLength: layer.GateStride, SegmentStride: 0)
            : new ColumnSegments(
                Offset: PanelLayout.UnitMultiple * firstSlot,
                Segments: layer.RecurrentStorage.Panels,
                SegmentLength: PanelLayout.UnitMultiple * slots,
                SegmentStride: PanelLayout.UnitMultiple * Gates.GateSlots);
}
