using System.Buffers;
using System.Numerics.Tensors;

namespace Backflow.Telemetry;

/// <summary>The rows of one timestep, [B, width], in float as read and in double.</summary>
internal readonly ref struct GramRows(int rows, int width)
{
    private readonly float[] _values = ArrayPool<float>.Shared.Rent(rows * width);
    private readonly double[] _wide = ArrayPool<double>.Shared.Rent(rows * width);

    public int Width => width;

    public Span<float> Values => _values.AsSpan(0, rows * width);

    public void Widen() => TensorPrimitives.ConvertTruncating<float, double>(Values, _wide);

    // Σ over b, b′ of ⟨own_b, own_b′⟩·⟨other_b, other_b′⟩; rounding can leave a tiny negative sum of terms that
    // cancel.
    public double SquareWith(in GramRows other, int begin, int length)
    {
        double sum = 0;
        for (int b = 0; b < rows; b++)
        {
            ReadOnlySpan<double> own = _wide.AsSpan((b * width) + begin, length);
            ReadOnlySpan<double> others = other._wide.AsSpan(b * other.Width, other.Width);
            for (int c = b; c < rows; c++)
            {
                double product = TensorPrimitives.Dot(own, _wide.AsSpan((c * width) + begin, length))
                    * TensorPrimitives.Dot(others, other._wide.AsSpan(c * other.Width, other.Width));
                sum += b == c ? product : 2 * product;
            }
        }

        return double.IsNaN(sum) ? sum : Math.Max(0, sum);
    }

    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_values);
        ArrayPool<double>.Shared.Return(_wide);
    }
}
