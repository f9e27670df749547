using System.Numerics.Tensors;

namespace Backflow.Engine;

/// <summary>The states of two layers that read the same input, one in each direction, side by side.</summary>
/// <remarks>
/// Timesteps of a reverse layer count in its own reading order: its first is the sequence's last. Side by side stands
/// what both say of one place in the sequence, [hₜ of the forward layer, h of the reverse layer at T − 1 − t]. Of a
/// sequence that ends before T, the reverse layer begins at that end, and held timesteps stay where they are.
/// </remarks>
/// <param name="forward">Reads from the first timestep on.</param>
/// <param name="reverse">Reads from the last timestep back.</param>
internal sealed unsafe class BothDirections(LayerBuffers forward, LayerBuffers reverse)
{
    /// <summary>Features of both.</summary>
    public int Size => forward.Shape.HiddenSize + reverse.Shape.HiddenSize;

    /// <summary>The layer that reads from the first timestep on.</summary>
    public LayerBuffers Forward => forward;

    /// <summary>Where a timestep lies in the order of the other direction; its own inverse.</summary>
    public static int Mirrored(LayerBuffers layer, int t, int row)
    {
        int length = layer.Ends?[row] ?? layer.Shape.SequenceLength;
        return t < length ? length - 1 - t : t;
    }

    /// <summary>Copies the input of a forward layer into its reverse layer, in that one's reading order.</summary>
    public static void CopyInput(LayerBuffers forward, LayerBuffers reverse, int rowBegin, int rowEnd)
    {
        int stride = reverse.Shape.InputStride;
        for (int t = 0; t < reverse.Shape.SequenceLength; t++)
        {
            for (int row = rowBegin; row < rowEnd; row++)
            {
                Row(forward.X, forward, Mirrored(reverse, t, row), row, stride)
                    .CopyTo(Row(reverse.X, reverse, t, row, stride));
            }
        }
    }

    /// <summary>Adds the reverse layer's ∂L/∂x to the forward layer's: that of the input of both.</summary>
    public static void AddInputGradient(LayerBuffers reverse, LayerBuffers forward, int rowBegin, int rowEnd)
    {
        int stride = reverse.Shape.InputStride;
        for (int t = 0; t < reverse.Shape.SequenceLength; t++)
        {
            for (int row = rowBegin; row < rowEnd; row++)
            {
                Span<float> sum = Row(forward.DX, forward, t, row, stride);
                TensorPrimitives.Add(sum, Row(reverse.DX, reverse, Mirrored(reverse, t, row), row, stride), sum);
            }
        }
    }

    /// <summary>Copies the states of rows of the batch side by side.</summary>
    /// <param name="states">[T, B, stride], overwritten but for the padding.</param>
    /// <param name="stride">Floats of a row, at least <see cref="Size"/>.</param>
    /// <param name="mirrors">Whether place by place; else timestep by timestep of each one's own reading.</param>
    /// <param name="rowBegin">The first row.</param>
    /// <param name="rowEnd">The row after the last.</param>
    public void Join(float* states, int stride, bool mirrors, int rowBegin, int rowEnd)
    {
        int own = forward.Shape.HiddenSize;
        for (int t = 0; t < forward.Shape.SequenceLength; t++)
        {
            for (int row = rowBegin; row < rowEnd; row++)
            {
                Span<float> joined = Row(states, forward, t, row, stride);
                State(forward, forward.Hidden, t, row).CopyTo(joined);
                int mirrored = mirrors ? Mirrored(reverse, t, row) : t;
                State(reverse, reverse.Hidden, mirrored, row).CopyTo(joined[own..]);
            }
        }
    }

    /// <summary>Gives each direction its part of a gradient of the states side by side: its local one.</summary>
    /// <param name="gradient">[T, B, stride].</param>
    /// <param name="stride">Floats of a row.</param>
    /// <param name="mirrors">As the states were joined.</param>
    /// <param name="rowBegin">The first row.</param>
    /// <param name="rowEnd">The row after the last.</param>
    public void Part(float* gradient, int stride, bool mirrors, int rowBegin, int rowEnd)
    {
        int own = forward.Shape.HiddenSize;
        for (int t = 0; t < forward.Shape.SequenceLength; t++)
        {
            for (int row = rowBegin; row < rowEnd; row++)
            {
                Span<float> joined = Row(gradient, forward, t, row, stride);
                joined[..own].CopyTo(State(forward, forward.DHidden, t, row));
                int mirrored = mirrors ? Mirrored(reverse, t, row) : t;
                joined.Slice(own, reverse.Shape.HiddenSize)
                    .CopyTo(State(reverse, reverse.DHidden, mirrored, row));
            }
        }
    }

    /// <summary>Reads one direction's part of a gradient of the states side by side.</summary>
    /// <param name="gradient">[T, B, stride].</param>
    /// <param name="stride">Floats of a row.</param>
    /// <param name="mirrors">As the states were joined.</param>
    /// <param name="of">The direction.</param>
    /// <param name="t">The timestep in its reading order.</param>
    /// <param name="part">[B, H], overwritten.</param>
    public void ReadPart(float* gradient, int stride, bool mirrors, LayerBuffers of, int t, Span<float> part)
    {
        bool isReverse = of == reverse;
        int units = of.Shape.HiddenSize;
        for (int row = 0; row < of.Shape.BatchSize; row++)
        {
            int place = isReverse && mirrors ? Mirrored(reverse, t, row) : t;
            Row(gradient, of, place, row, stride)
                .Slice(isReverse ? forward.Shape.HiddenSize : 0, units)
                .CopyTo(part.Slice(row * units, units));
        }
    }

    private static Span<float> Row(float* rows, LayerBuffers layer, int t, int row, int stride) =>
        new(rows + ((((nint)t * layer.Shape.BatchSize) + row) * stride), stride);

    private static Span<float> State(LayerBuffers layer, AlignedBuffer states, int t, int row) =>
        layer.StateAt(states, t).Slice(row * layer.Shape.HiddenStride, layer.Shape.HiddenSize);
}
