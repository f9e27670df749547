using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backflow.Engine;

/// <content>What telemetry reads besides states and total gradients. Nothing here changes a pass.</content>
public sealed unsafe partial class NetworkPass
{
    /// <summary>Gates of a layer as PyTorch counts them, G: 1 for an Elman network, 4 for the LSTM, 3 for the
    /// GRU.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>G.</returns>
    public int GateCount(int layer) => _layers[layer].Kernels.Gates.Gates;

    /// <summary>Features that a layer reads at each timestep, I.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>The input size, or the units of the layer below.</returns>
    public int InputSize(int layer) => _layers[layer].Shape.InputSize;

    /// <summary>Units of a layer, H.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>H.</returns>
    public int HiddenSize(int layer) => _layers[layer].Shape.HiddenSize;

    /// <summary>The total gradient of a layer's cell state after some timestep, where it lies.</summary>
    /// <param name="layer">A layer with a cell state.</param>
    /// <param name="slot">0 for ∂L/∂c₀, t + 1 for the state after timestep t.</param>
    /// <returns>∂L/∂c, [B, H padded to a multiple of 16]; the padding is zero.</returns>
    public ReadOnlySpan<float> CellGradient(int layer, int slot) => Slot(_layers[layer], _layers[layer].DCell, slot);

    /// <summary>Reads what a layer read at one timestep, dropout included.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="timestep">The timestep, in [0, T).</param>
    /// <param name="input">x, [B, I], overwritten.</param>
    public void GetLayerInput(int layer, int timestep, Span<float> input)
    {
        LayerShape shape = _layers[layer].Shape;
        ShapeGuard.HasShape(input.Length, 1, BatchSize, shape.InputSize, nameof(input), "[1, B, I]");
        nint length = (nint)BatchSize * shape.InputStride;
        PaddedRows.Export(
            new ReadOnlySpan<float>(_layers[layer].X + (timestep * length), (int)length),
            shape.InputStride,
            shape.InputSize,
            input);
    }

    /// <summary>Reads what dropout multiplied a layer's input by at one timestep: 1 everywhere without
    /// dropout.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="timestep">The timestep, in [0, T).</param>
    /// <param name="factors">[B, I], overwritten.</param>
    public void GetDropoutFactors(int layer, int timestep, Span<float> factors)
    {
        LayerShape shape = _layers[layer].Shape;
        ShapeGuard.HasShape(factors.Length, 1, BatchSize, shape.InputSize, nameof(factors), "[1, B, I]");
        factors.Fill(1);
        for (int i = 0; layer > 0 && _usesDropout && i < factors.Length; i++)
        {
            (int row, int unit) = Math.DivRem(i, shape.InputSize);
            factors[i] = _dropout[layer][((((long)timestep * BatchSize) + row) * shape.InputStride) + unit];
        }
    }

    /// <summary>Reads one gate at one timestep: its activation before the backward pass.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="timestep">The timestep, in [0, T).</param>
    /// <param name="gate">The gate's number in PyTorch's order.</param>
    /// <param name="values">[B, H], overwritten. An Elman network has its pre-activation here; φ of it is h.</param>
    /// <remarks>The backward pass puts ∂L/∂(pre-activation) of the input side in the activations' place.</remarks>
    public void GetGate(int layer, int timestep, int gate, Span<float> values)
    {
        RequireGates();
        LayerBuffers buffers = _layers[layer];
        GateLayout gates = buffers.Kernels.Gates;
        ShapeGuard.HasShape(values.Length, 1, BatchSize, buffers.Shape.HiddenSize, nameof(values), "[1, B, H]");
        int slot = gates.InputSlot + gates.InputGates.IndexOf(gate);
        CopySlots(buffers, timestep, slot, [0], values, buffers.Shape.HiddenSize, 0);
    }

    /// <summary>Reads all gates at one timestep, faster than one by one.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="timestep">The timestep, in [0, T).</param>
    /// <param name="values">[G, B, H], overwritten: the gates in PyTorch's order, each as from
    /// <see cref="GetGate"/>.</param>
    public void GetGates(int layer, int timestep, Span<float> values)
    {
        RequireGates();
        LayerBuffers buffers = _layers[layer];
        GateLayout gates = buffers.Kernels.Gates;
        int hiddenSize = buffers.Shape.HiddenSize;
        ShapeGuard.HasShape(values.Length, gates.Gates, BatchSize, hiddenSize, nameof(values), "[G, B, H]");
        CopySlots(
            buffers,
            timestep,
            gates.InputSlot,
            gates.InputGates.AsSpan(),
            values,
            hiddenSize,
            BatchSize * hiddenSize);
    }

    /// <summary>Reads ∂L/∂(W·x + b_ih) at one timestep, after the backward pass.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="timestep">The timestep, in [0, T).</param>
    /// <param name="gradient">[B, G·H], overwritten.</param>
    public void GetInputSideGradient(int layer, int timestep, Span<float> gradient)
    {
        RequireGates();
        GateLayout gates = _layers[layer].Kernels.Gates;
        CopySide(layer, timestep, gates.InputGates.AsSpan(), gates.InputSlot, gradient);
    }

    /// <summary>Reads ∂L/∂(R·h + b_hh) at one timestep, after the backward pass.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="timestep">The timestep, in [0, T).</param>
    /// <param name="gradient">[B, G·H], overwritten. It differs from the input side in the candidate of a GRU
    /// alone.</param>
    public void GetRecurrentSideGradient(int layer, int timestep, Span<float> gradient)
    {
        RequireGates();
        GateLayout gates = _layers[layer].Kernels.Gates;
        CopySide(layer, timestep, gates.RecurrentGates.AsSpan(), gates.RecurrentSlot, gradient);
    }

    /// <summary>Reads what R multiplied at one timestep for the candidate: hₜ₋₁, or r ⊙ hₜ₋₁ where the reset is
    /// before.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="timestep">The timestep, in [0, T).</param>
    /// <param name="values">[B, H], overwritten.</param>
    public void GetCandidateState(int layer, int timestep, Span<float> values)
    {
        LayerBuffers buffers = _layers[layer];
        bool resets = Network.Options.Layers[layer].Cell == CellKind.GruResetBefore;
        if (resets)
        {
            RequireGates();
        }

        Get(layer, resets ? buffers.Auxiliary : buffers.Hidden, timestep, values);
    }

    /// <summary>
    /// Computes the local gradient of a layer's state after some timestep: what the head, or the layer above, asks
    /// of it.
    /// </summary>
    /// <param name="layer">The layer; the top layer of a network without head has what the caller set.</param>
    /// <param name="timestep">The timestep, in [0, T).</param>
    /// <param name="gradient">[B, H], overwritten.</param>
    /// <remarks>
    /// To be called after the backward pass, which keeps the total gradient alone. The local one is computed from
    /// above,
    /// dY·W_head or dA·W of the next layer: subtracting the recurrent part from the total would cancel digits.
    /// </remarks>
    public void GetLocalGradient(int layer, int timestep, Span<float> gradient)
    {
        LayerShape shape = _layers[layer].Shape;
        ShapeGuard.HasShape(gradient.Length, 1, BatchSize, shape.HiddenSize, nameof(gradient), "[1, B, H]");
        if (layer + 1 < _layers.Length)
        {
            LocalFromAbove(layer + 1, timestep, gradient);
        }
        else if (Head is not null)
        {
            LocalFromHead(Head, timestep, gradient);
        }
        else
        {
            throw new InvalidOperationException(
                "The top layer of a network without head has the local gradient that SetOutputGradient was given.");
        }

        if (timestep == SequenceLength - 1 && _finalHiddenGradients?[layer] is float[] final)
        {
            for (int row = 0; row < BatchSize; row++)
            {
                Span<float> target = gradient.Slice(row * shape.HiddenSize, shape.HiddenSize);
                TensorPrimitives.Add(target, final.AsSpan(row * shape.HiddenStride, shape.HiddenSize), target);
            }
        }
    }

    // δh[k] = Σ over panels of ⟨a's columns of the panel, the panel's row k⟩: what lies together is multiplied
    // together.
    private static float PanelDot(ReadOnlySpan<float> a, int panelDistance, float* weights, PanelLayout storage, int k)
    {
        float sum = 0;
        for (int panel = 0; panel < storage.Panels; panel++)
        {
            int begin = panel * panelDistance;
            int width = storage.UnitsOf(panel) * storage.Gates;
            int length = Math.Min(width, a.Length - begin);
            ReadOnlySpan<float> row = new(weights + storage.PanelOffset(panel) + ((nint)k * width), length);
            sum += TensorPrimitives.Dot(a.Slice(begin, length), row);
        }

        return sum;
    }

    private void LocalFromHead(LinearHead head, int timestep, Span<float> gradient)
    {
        int first = SequenceLength - head.Timesteps;
        if (timestep < first)
        {
            gradient.Clear();
            return;
        }

        int width = HiddenSize(_layers.Length - 1);
        float[] rented = ArrayPool<float>.Shared.Rent(BatchSize * head.OutputSize);
        Span<float> dy = rented.AsSpan(0, BatchSize * head.OutputSize);
        head.GetOutputs(timestep - first, dy);
        Parameter weights = Network.HeadWeights!;
        for (int i = 0; i < gradient.Length; i++)
        {
            (int row, int k) = Math.DivRem(i, width);
            gradient[i] = PanelDot(
                dy.Slice(row * head.OutputSize, head.OutputSize),
                weights.Storage.UnitsPerPanel,
                Network.Parameters.Pointer + weights.Offset,
                weights.Storage,
                k);
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private void LocalFromAbove(int above, int timestep, Span<float> gradient)
    {
        RequireGates();
        LayerBuffers upper = _layers[above];
        GateLayout gates = upper.Kernels.Gates;
        PanelLayout storage = upper.InputStorage;
        int offset = storage.UnitsOf(0) * gates.InputSlot;
        for (int i = 0; i < gradient.Length; i++)
        {
            (int row, int k) = Math.DivRem(i, upper.Shape.InputSize);
            long dropped = ((((long)timestep * BatchSize) + row) * upper.Shape.InputStride) + k;
            ReadOnlySpan<float> dA = upper.Gate.Span.Slice(
                (((timestep * BatchSize) + row) * upper.GateStride) + offset, upper.GateColumns - offset);
            gradient[i] = PanelDot(dA, storage.UnitsPerPanel * gates.GateSlots, upper.InputWeights, storage, k)
                * (_usesDropout ? _dropout[above][dropped] : 1);
        }
    }

    private void CopySide(
        int layer, int timestep, ReadOnlySpan<int> gateOfSlot, int firstSlot, Span<float> gradient)
    {
        LayerBuffers buffers = _layers[layer];
        int width = gateOfSlot.Length * buffers.Shape.HiddenSize;
        ShapeGuard.HasShape(gradient.Length, 1, BatchSize, width, nameof(gradient), "[1, B, G·H]");
        CopySlots(buffers, timestep, firstSlot, gateOfSlot, gradient, width, buffers.Shape.HiddenSize);
    }

    // Row by row and panel by panel, as the buffer lies, so that it comes out of memory as one stream.
    private void CopySlots(
        LayerBuffers layer,
        int timestep,
        int firstSlot,
        ReadOnlySpan<int> gateOfSlot,
        Span<float> values,
        int rowDistance,
        int gateDistance)
    {
        PanelLayout storage = layer.RecurrentStorage;
        int distance = storage.UnitsPerPanel * layer.Kernels.Gates.GateSlots;
        fixed (float* target = values)
        {
            for (int row = 0; row < BatchSize; row++)
            {
                float* gates = layer.Gate.Pointer + ((((nint)timestep * BatchSize) + row) * layer.GateStride);
                for (int panel = 0; panel < storage.Panels; panel++)
                {
                    int first = panel * storage.UnitsPerPanel;
                    int stored = storage.UnitsOf(panel);
                    int units = Math.Min(stored, layer.Shape.HiddenSize - first);
                    float* from = gates + ((nint)panel * distance) + ((nint)stored * firstSlot);
                    float* to = target + ((nint)row * rowDistance) + first;
                    foreach (int gate in gateOfSlot)
                    {
                        CopyUnits(from, to + ((nint)gate * gateDistance), units);
                        from += stored;
                    }
                }
            }
        }
    }

    // Called for every gate, row and panel that is measured: most panels are one vector of units.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyUnits(float* from, float* to, int units)
    {
        if (units == PanelLayout.UnitMultiple)
        {
            Vector512.Load(from).Store(to);
        }
        else
        {
            new ReadOnlySpan<float>(from, units).CopyTo(new Span<float>(to, units));
        }
    }
}
