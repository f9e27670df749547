using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>A matrix kept as the right operand of fast products, C (+)= A·M.</summary>
/// <remarks>
/// <code>
/// strip s holds columns 32·s … 32·s + 31:   [row 0: 32 floats][row 1: 32 floats] …
/// </code>
/// For measurements that push many gradients through the same weights at once: with M = R in PyTorch's order, dA·R is
/// what a batch of ∂L/∂a hands to the state before.
/// </remarks>
public sealed unsafe class PackedMatrix
{
    /// <summary>Columns of a full strip: two vectors at the widest width. The last strip may have 16.</summary>
    internal const int StripColumns = 32;

    private readonly AlignedBuffer _packed;

    /// <summary>Packs a matrix.</summary>
    /// <param name="rowMajor">[rows, columns].</param>
    /// <param name="rows">Rows of the matrix, the terms of every sum.</param>
    /// <param name="columns">Columns of the matrix and of the product.</param>
    public PackedMatrix(ReadOnlySpan<float> rowMajor, int rows, int columns)
        : this(rows, columns)
    {
        ShapeGuard.HasLength(rowMajor.Length, rows * columns, nameof(rowMajor), "[rows, columns]");
        Span<float> packed = _packed.Span;
        for (int strip = 0; strip < Stride; strip += StripColumns)
        {
            int width = Math.Min(StripColumns, Stride - strip);
            int copied = Math.Min(width, columns - strip);
            for (int row = 0; row < rows; row++)
            {
                rowMajor.Slice((row * columns) + strip, copied).CopyTo(packed[(row * width)..]);
            }

            packed = packed[(rows * width)..];
        }
    }

    private PackedMatrix(int rows, int columns)
    {
        Rows = rows;
        Stride = PanelLayout.Pad(columns);
        _packed = new AlignedBuffer(rows * Stride);
    }

    /// <summary>Rows of M, and columns of A.</summary>
    public int Rows { get; }

    /// <summary>Floats from one row of C to the next: columns padded to a multiple of 16.</summary>
    public int Stride { get; }

    /// <summary>Packs the transpose of a matrix.</summary>
    /// <param name="rowMajor">[rows, columns].</param>
    /// <param name="rows">Rows; the packed matrix has as many columns.</param>
    /// <param name="columns">Columns; the packed matrix has as many rows.</param>
    /// <returns>The transpose, packed.</returns>
    public static PackedMatrix Transposed(ReadOnlySpan<float> rowMajor, int rows, int columns)
    {
        ShapeGuard.HasLength(rowMajor.Length, rows * columns, nameof(rowMajor), "[rows, columns]");
        PackedMatrix matrix = new(columns, rows);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> values = rowMajor.Slice(row * columns, columns);
            int strip = row - (row % StripColumns);
            int width = Math.Min(StripColumns, matrix.Stride - strip);
            float* target = matrix.Strip(strip) + row - strip;
            for (int column = 0; column < values.Length; column++)
            {
                target[column * width] = values[column];
            }
        }

        return matrix;
    }

    /// <summary>C = A·M, or C += A·M.</summary>
    /// <param name="a">A at its first element used.</param>
    /// <param name="aStride">Floats from one row of A to the next.</param>
    /// <param name="aRows">Rows of A and C.</param>
    /// <param name="c">C, [<paramref name="aRows"/>, <see cref="Stride"/>]; its padding becomes or stays zero.</param>
    /// <param name="accumulate">Whether to add to C or to overwrite it.</param>
    public void Multiply(ReadOnlySpan<float> a, int aStride, int aRows, Span<float> c, bool accumulate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(aRows);
        ArgumentOutOfRangeException.ThrowIfLessThan(a.Length, ((aRows - 1) * aStride) + Rows, nameof(a));
        ArgumentOutOfRangeException.ThrowIfLessThan(c.Length, aRows * Stride, nameof(c));
        fixed (float* aPointer = a, cPointer = c)
        {
            for (int column = 0; column < Stride; column += StripColumns)
            {
                int width = Math.Min(StripColumns, Stride - column);
                MatrixTileArguments arguments = new()
                {
                    A = aPointer,
                    ARowStride = aStride,
                    AStepStride = 1,
                    Segments = 1,
                    SegmentLength = Rows,
                    B = Strip(column),
                    BStride = width,
                    Source = accumulate ? cPointer + column : null,
                    SourceRowStride = Stride,
                    C = cPointer + column,
                    CRowStride = Stride,
                };
                KernelSet.Widest.Strips.Multiply(aRows, width, arguments);
            }
        }
    }

    /// <summary>The strip that begins at a column: [Rows, at most 32].</summary>
    internal float* Strip(int column) => _packed.Pointer + (column * Rows);
}
