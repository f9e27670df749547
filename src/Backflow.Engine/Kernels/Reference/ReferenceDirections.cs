namespace Backflow.Engine.Kernels.Reference;

/// <summary>The twin of <see cref="BothDirections"/>: what lies above reads one layer, or two side by side.</summary>
/// <param name="forward">Reads from the first timestep on.</param>
/// <param name="reverse">Reads from the last timestep back; null where there is none.</param>
internal sealed class ReferenceDirections(ReferenceLayer forward, ReferenceLayer? reverse)
{
    public LayerShape Shape => forward.Shape;

    public int Size => forward.Shape.HiddenSize + (reverse?.Shape.HiddenSize ?? 0);

    /// <summary>What both say at a place of the sequence, or after the same number of timesteps read.</summary>
    /// <param name="t">The timestep.</param>
    /// <param name="row">The sequence.</param>
    /// <param name="mirrors">Whether place by place.</param>
    /// <returns>[<see cref="Size"/>].</returns>
    public ReadOnlySpan<double> Hidden(int t, int row, bool mirrors) => reverse is null
        ? forward.HiddenAt(t, row)
        : (double[])[.. forward.HiddenAt(t, row), .. reverse.HiddenAt(ReverseTimestep(t, mirrors), row)];

    /// <summary>Adds to the local gradients of both.</summary>
    public void AddGradient(int t, int row, bool mirrors, ReadOnlySpan<double> gradient)
    {
        Span<double> own = forward.DHiddenAt(t, row);
        for (int k = 0; k < own.Length; k++)
        {
            own[k] += gradient[k];
        }

        Span<double> other = reverse is null ? [] : reverse.DHiddenAt(ReverseTimestep(t, mirrors), row);
        for (int k = 0; k < other.Length; k++)
        {
            other[k] += gradient[own.Length + k];
        }
    }

    private int ReverseTimestep(int t, bool mirrors) => mirrors ? forward.Shape.SequenceLength - 1 - t : t;
}
