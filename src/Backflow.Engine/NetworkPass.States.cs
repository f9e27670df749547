namespace Backflow.Engine;

/// <content>States and their gradients, as users read and set them.</content>
public sealed unsafe partial class NetworkPass
{
    private float[]?[]? _finalHiddenGradients;
    private float[]?[]? _finalCellGradients;

    /// <summary>Starts every sequence from h₀ = c₀ = 0.</summary>
    public void ResetState()
    {
        foreach (LayerBuffers layer in _layers)
        {
            Slot(layer, layer.Hidden, 0).Clear();
            if (layer.Kernels.HasCellState)
            {
                Slot(layer, layer.Cell, 0).Clear();
            }
        }
    }

    /// <summary>Starts the next batch where this one ended: truncated backpropagation through time.</summary>
    /// <remarks>Values are carried, gradients are not: ∂L/∂h₀ ends at the window's edge.</remarks>
    public void CarryState()
    {
        foreach (LayerBuffers layer in _layers)
        {
            Slot(layer, layer.Hidden, SequenceLength).CopyTo(Slot(layer, layer.Hidden, 0));
            if (layer.Kernels.HasCellState)
            {
                Slot(layer, layer.Cell, SequenceLength).CopyTo(Slot(layer, layer.Cell, 0));
            }
        }
    }

    /// <summary>Whether a layer has a cell state c beside h.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>True for the LSTM.</returns>
    public bool HasCellState(int layer) => _layers[layer].Kernels.HasCellState;

    /// <summary>Sets a layer's initial state.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="hidden">h₀, [B, H].</param>
    /// <param name="cell">c₀, [B, H]; empty for cells without one.</param>
    public void SetInitialState(int layer, ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell = default) =>
        SetState(layer, 0, hidden, cell);

    /// <summary>Sets a layer's state after some timestep, as when a checkpoint puts the last final state back.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="slot">0 for the initial state, T for the final state, which <see cref="CarryState"/> reads.</param>
    /// <param name="hidden">h, [B, H].</param>
    /// <param name="cell">c, [B, H]; empty for cells without one.</param>
    public void SetState(int layer, int slot, ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell = default)
    {
        LayerBuffers buffers = _layers[layer];
        LayerShape shape = buffers.Shape;
        ShapeGuard.HasShape(hidden.Length, 1, BatchSize, shape.HiddenSize, nameof(hidden), "[1, B, H]");
        PaddedRows.Import(hidden, shape.HiddenSize, Slot(buffers, buffers.Hidden, slot), shape.HiddenStride);
        if (buffers.Kernels.HasCellState)
        {
            ShapeGuard.HasShape(cell.Length, 1, BatchSize, shape.HiddenSize, nameof(cell), "[1, B, H]");
            PaddedRows.Import(cell, shape.HiddenSize, Slot(buffers, buffers.Cell, slot), shape.HiddenStride);
        }
    }

    /// <summary>Reads the states of a layer after some timestep.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="slot">0 for the initial state, t + 1 for the state after timestep t, T for the final state.</param>
    /// <param name="hidden">h, [B, H], overwritten.</param>
    public void GetHidden(int layer, int slot, Span<float> hidden) => Get(layer, _layers[layer].Hidden, slot, hidden);

    /// <summary>Reads the cell states of a layer after some timestep.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="slot">0 for the initial state, t + 1 for the state after timestep t.</param>
    /// <param name="cell">c, [B, H], overwritten.</param>
    public void GetCell(int layer, int slot, Span<float> cell) => Get(layer, _layers[layer].Cell, slot, cell);

    /// <summary>Reads the total gradient of a layer's hidden state after some timestep.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="slot">0 for ∂L/∂h₀, t + 1 for the state after timestep t.</param>
    /// <param name="gradient">∂L/∂h, [B, H], overwritten.</param>
    public void GetHiddenGradient(int layer, int slot, Span<float> gradient) =>
        Get(layer, _layers[layer].DHidden, slot, gradient);

    /// <summary>Reads the total gradient of a layer's cell state after some timestep.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="slot">0 for ∂L/∂c₀, t + 1 for the state after timestep t.</param>
    /// <param name="gradient">∂L/∂c, [B, H], overwritten.</param>
    public void GetCellGradient(int layer, int slot, Span<float> gradient) =>
        Get(layer, _layers[layer].DCell, slot, gradient);

    /// <summary>The total gradient of a layer's hidden state after some timestep, where it lies.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="slot">0 for ∂L/∂h₀, t + 1 for the state after timestep t.</param>
    /// <returns>∂L/∂h, [B, H padded to a multiple of 16]; the padding is zero.</returns>
    public ReadOnlySpan<float> HiddenGradient(int layer, int slot) =>
        Slot(_layers[layer], _layers[layer].DHidden, slot);

    /// <summary>Reads ∂L/∂x.</summary>
    /// <param name="gradient">[T, B, I], overwritten.</param>
    public void GetInputGradient(Span<float> gradient)
    {
        LayerShape shape = _layers[0].Shape;
        ShapeGuard.HasShape(
            gradient.Length, SequenceLength, BatchSize, shape.InputSize, nameof(gradient), "[T, B, I]");
        PaddedRows.Export(_layers[0].OwnDInput!.Span, shape.InputStride, shape.InputSize, gradient);
    }

    /// <summary>Sets ∂L/∂y of the top hidden states where the network has no head.</summary>
    /// <param name="gradient">∂L/∂y, [T, B, H], the local gradient of the top layer.</param>
    /// <remarks>To be set before every backward pass, which puts the total gradient in its place.</remarks>
    public void SetOutputGradient(ReadOnlySpan<float> gradient)
    {
        LayerBuffers top = _layers[^1];
        LayerShape shape = top.Shape;
        ShapeGuard.HasShape(
            gradient.Length, SequenceLength, BatchSize, shape.HiddenSize, nameof(gradient), "[T, B, H]");
        PaddedRows.Import(
            gradient, shape.HiddenSize, top.DHidden.Span[(BatchSize * shape.HiddenStride)..], shape.HiddenStride);
    }

    /// <summary>Sets what the loss asks of a layer's final state, beside what it asks of the outputs.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="hidden">∂L/∂h_T, [B, H].</param>
    /// <param name="cell">∂L/∂c_T, [B, H]; empty for cells without one.</param>
    public void SetFinalStateGradient(int layer, ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell = default)
    {
        LayerBuffers buffers = _layers[layer];
        _finalHiddenGradients ??= new float[]?[_layers.Length];
        _finalHiddenGradients[layer] = Padded(buffers, hidden, nameof(hidden));
        if (buffers.Kernels.HasCellState)
        {
            _finalCellGradients ??= new float[]?[_layers.Length];
            _finalCellGradients[layer] = Padded(buffers, cell, nameof(cell));
        }
    }

    private static Span<float> Slot(LayerBuffers layer, AlignedBuffer states, int slot)
    {
        int length = layer.Shape.BatchSize * layer.Shape.HiddenStride;
        return states.Span.Slice(slot * length, length);
    }

    private static float[] Padded(LayerBuffers layer, ReadOnlySpan<float> values, string name)
    {
        LayerShape shape = layer.Shape;
        ShapeGuard.HasShape(values.Length, 1, shape.BatchSize, shape.HiddenSize, name, "[1, B, H]");
        float[] padded = new float[shape.BatchSize * shape.HiddenStride];
        PaddedRows.Import(values, shape.HiddenSize, padded, shape.HiddenStride);
        return padded;
    }

    private void Get(int layer, AlignedBuffer states, int slot, Span<float> values)
    {
        LayerBuffers buffers = _layers[layer];
        LayerShape shape = buffers.Shape;
        ShapeGuard.HasShape(values.Length, 1, BatchSize, shape.HiddenSize, nameof(values), "[1, B, H]");
        PaddedRows.Export(Slot(buffers, states, slot), shape.HiddenStride, shape.HiddenSize, values);
    }

    // Slot 0 of ∂L/∂h and slot T of ∂L/∂c have no writer in the backward pass: they start here.
    private void AddFinalStateGradient(int layer, int rowBegin, int rowEnd)
    {
        LayerBuffers buffers = _layers[layer];
        int begin = rowBegin * buffers.Shape.HiddenStride;
        int length = (rowEnd - rowBegin) * buffers.Shape.HiddenStride;
        Slot(buffers, buffers.DHidden, 0).Slice(begin, length).Clear();
        if (_finalHiddenGradients?[layer] is float[] hidden)
        {
            Span<float> last = Slot(buffers, buffers.DHidden, SequenceLength).Slice(begin, length);
            System.Numerics.Tensors.TensorPrimitives.Add(last, hidden.AsSpan(begin, length), last);
        }

        if (buffers.Kernels.HasCellState)
        {
            Span<float> last = Slot(buffers, buffers.DCell, SequenceLength).Slice(begin, length);
            if (_finalCellGradients?[layer] is float[] cell)
            {
                cell.AsSpan(begin, length).CopyTo(last);
            }
            else
            {
                last.Clear();
            }
        }
    }
}
