using System.Numerics.Tensors;

namespace Backflow.Engine;

/// <summary>Where the sequences of a batch end that have not all T timesteps.</summary>
/// <remarks>
/// From its end on a sequence holds its state: hₜ = hₜ₋₁, cₜ = cₜ₋₁, whatever is read there. On the way back the
/// gradient passes the held timesteps unchanged, ∂L/∂aₜ = 0, and no parameter and no input gets anything of them. A
/// held timestep has no gradient of its own: all of it is at the state that was held.
/// </remarks>
internal sealed class SequenceEnds
{
    private readonly int[] _lengths;
    private readonly float[] _cellGradients;
    private readonly int _stride;

    /// <summary>Takes the lengths of a batch.</summary>
    /// <param name="lengths">[B], each in 1 … T.</param>
    /// <param name="widest">The longest row of a state, padded.</param>
    public SequenceEnds(ReadOnlySpan<int> lengths, int widest)
    {
        _lengths = lengths.ToArray();
        _stride = widest;
        _cellGradients = new float[lengths.Length * widest];
    }

    /// <summary>The timesteps of a sequence.</summary>
    public int this[int row] => _lengths[row];

    /// <summary>Puts back what a forward timestep made of states that are held.</summary>
    public void Hold(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        for (int row = rowBegin; row < rowEnd; row++)
        {
            if (t < _lengths[row])
            {
                continue;
            }

            Row(layer, layer.Hidden, t - 1, row).CopyTo(Row(layer, layer.Hidden, t, row));
            if (layer.Kernels.HasCellState)
            {
                Row(layer, layer.Cell, t - 1, row).CopyTo(Row(layer, layer.Cell, t, row));
            }
        }
    }

    /// <summary>Moves the gradients of held states one timestep back, before the kernels see them.</summary>
    public void PassBack(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        for (int row = rowBegin; row < rowEnd; row++)
        {
            if (t < _lengths[row])
            {
                continue;
            }

            Span<float> hidden = Row(layer, layer.DHidden, t, row);
            Span<float> before = Row(layer, layer.DHidden, t - 1, row);
            TensorPrimitives.Add(before, hidden, before);
            hidden.Clear();
            if (layer.Kernels.HasCellState)
            {
                Span<float> cell = Row(layer, layer.DCell, t, row);
                cell.CopyTo(Kept(row, cell.Length));
                cell.Clear();
            }
        }
    }

    /// <summary>Gives the cell state before a held timestep its gradient, which the kernels have overwritten.</summary>
    public void Finish(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        for (int row = rowBegin; layer.Kernels.HasCellState && row < rowEnd; row++)
        {
            if (t >= _lengths[row])
            {
                Span<float> before = Row(layer, layer.DCell, t - 1, row);
                Kept(row, before.Length).CopyTo(before);
            }
        }
    }

    private static Span<float> Row(LayerBuffers layer, AlignedBuffer states, int t, int row) =>
        layer.StateAt(states, t).Slice(row * layer.Shape.HiddenStride, layer.Shape.HiddenStride);

    private Span<float> Kept(int row, int length) => _cellGradients.AsSpan(row * _stride, length);
}
