using System.Buffers;
using System.Numerics.Tensors;

namespace Backflow.Engine;

/// <summary>Computes the local gradient of a layer's state: what the head, or the layer above, asks of it.</summary>
/// <remarks>
/// The backward pass keeps the total gradient alone. The local one is computed again from above, dY·W_head or dA·W of
/// the next layer: subtracting the recurrent part from the total would cancel digits.
/// </remarks>
internal static unsafe class LocalGradient
{
    /// <summary>δhₜ = δyₜ·W_head, after the backward pass.</summary>
    /// <param name="network">The network that holds W_head.</param>
    /// <param name="head">The head of the pass, after its backward pass.</param>
    /// <param name="top">The layer below the head.</param>
    /// <param name="timestep">The timestep, in [0, T).</param>
    /// <param name="gradient">[B, H], overwritten.</param>
    public static void FromHead(
        RecurrentNetwork network, LinearHead head, LayerShape top, int timestep, Span<float> gradient)
    {
        int first = top.SequenceLength - head.Timesteps;
        if (timestep < first)
        {
            gradient.Clear();
            return;
        }

        float[] rented = ArrayPool<float>.Shared.Rent(top.BatchSize * head.OutputSize);
        Span<float> dy = rented.AsSpan(0, top.BatchSize * head.OutputSize);
        head.GetOutputs(timestep - first, dy);
        Parameter weights = network.HeadWeights!;
        for (int i = 0; i < gradient.Length; i++)
        {
            (int row, int k) = Math.DivRem(i, top.HiddenSize);
            gradient[i] = PanelDot(
                dy.Slice(row * head.OutputSize, head.OutputSize),
                weights.Storage.UnitsPerPanel,
                network.Parameters.Pointer + weights.Offset,
                weights.Storage,
                k);
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>δhₜ = dAₜ·W of the layer above, times what dropout multiplied hₜ by.</summary>
    /// <param name="upper">The layer above, after its backward pass; its gates are kept.</param>
    /// <param name="timestep">The timestep, in [0, T).</param>
    /// <param name="gradient">[B, H], overwritten.</param>
    public static void FromAbove(LayerBuffers upper, int timestep, Span<float> gradient)
    {
        GateLayout gates = upper.Kernels.Gates;
        PanelLayout storage = upper.InputStorage;
        int batchSize = upper.Shape.BatchSize;
        int offset = storage.UnitsOf(0) * gates.InputSlot;
        for (int i = 0; i < gradient.Length; i++)
        {
            (int row, int k) = Math.DivRem(i, upper.Shape.InputSize);
            long dropped = ((((long)timestep * batchSize) + row) * upper.Shape.InputStride) + k;
            ReadOnlySpan<float> dA = upper.Gate.Span.Slice(
                (((timestep * batchSize) + row) * upper.GateStride) + offset, upper.GateColumns - offset);
            gradient[i] = PanelDot(dA, storage.UnitsPerPanel * gates.GateSlots, upper.InputWeights, storage, k)
                * (upper.InputDropout is DropoutMask mask ? mask[dropped] : 1);
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
}
