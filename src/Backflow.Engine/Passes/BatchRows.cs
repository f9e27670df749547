namespace Backflow.Engine;

/// <summary>One row per sequence of a batch, where it lies: the states, gradients or inputs of one timestep.</summary>
/// <remarks>A view, which costs nothing to make. The next forward or backward pass changes what it shows.</remarks>
public readonly ref struct BatchRows
{
    private readonly ReadOnlySpan<float> _padded;
    private readonly int _stride;
    private readonly bool _isPaddedWithZeros;

    internal BatchRows(ReadOnlySpan<float> padded, int stride, int width, bool isPaddedWithZeros)
    {
        _padded = padded;
        _stride = stride;
        _isPaddedWithZeros = isPaddedWithZeros || stride == width;
        Width = width;
        Count = padded.Length / stride;
    }

    /// <summary>Sequences, B.</summary>
    public int Count { get; }

    /// <summary>Numbers of each sequence: the layer's units H, or its input's features I.</summary>
    public int Width { get; }

    /// <summary>The row of one sequence.</summary>
    /// <param name="sequence">The sequence, in [0, B).</param>
    /// <returns>[Width].</returns>
    public ReadOnlySpan<float> this[int sequence] => _padded.Slice(sequence * _stride, Width);

    /// <summary>Copies all rows.</summary>
    /// <param name="values">[B, Width], overwritten.</param>
    /// <exception cref="ArgumentException">The buffer has another length.</exception>
    public void CopyTo(Span<float> values)
    {
        ShapeGuard.HasShape(values.Length, 1, Count, Width, nameof(values), "[1, B, Width]");
        PaddedRows.Export(_padded, _stride, Width, values);
    }

    /// <summary>Copies all rows into a new array.</summary>
    /// <returns>[B, Width].</returns>
    public float[] ToArray()
    {
        float[] values = new float[Count * Width];
        CopyTo(values);
        return values;
    }

    /// <summary>Computes the ℓ₂ norm over all rows together: the Frobenius norm of [B, Width].</summary>
    /// <returns>The norm; NaN or infinity if, and only if, an element is not finite.</returns>
    public double Norm()
    {
        if (_isPaddedWithZeros)
        {
            return GradientClipping.Norm(_padded);
        }

        double squares = 0;
        for (int sequence = 0; sequence < Count; sequence++)
        {
            double norm = GradientClipping.Norm(this[sequence]);
            squares += norm * norm;
        }

        return Math.Sqrt(squares);
    }
}
