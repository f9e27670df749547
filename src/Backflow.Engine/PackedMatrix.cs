namespace Backflow.Engine;

/// <summary>The matrix of a <see cref="ScaledRowsProduct"/> before its rows are scaled.</summary>
/// <remarks>
/// <code>
/// strip s holds columns 32·s … 32·s + 31:   [row 0: 32 floats][row 1: 32 floats] …
/// </code>
/// </remarks>
internal sealed unsafe class PackedMatrix
{
    /// <summary>Columns of a full strip: two vectors at the widest width. The last strip may have 16.</summary>
    internal const int StripColumns = 32;

    private readonly AlignedBuffer _packed;
    private readonly int _rows;

    /// <summary>Packs a matrix.</summary>
    /// <param name="rowMajor">[rows, columns].</param>
    /// <param name="rows">Rows of the matrix, the terms of every sum.</param>
    /// <param name="columns">Columns of the matrix and of the product.</param>
    public PackedMatrix(ReadOnlySpan<float> rowMajor, int rows, int columns)
    {
        ShapeGuard.HasLength(rowMajor.Length, rows * columns, nameof(rowMajor), "[rows, columns]");
        _rows = rows;
        Stride = PanelLayout.Pad(columns);
        _packed = new AlignedBuffer(rows * Stride);
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

    /// <summary>Columns padded to a multiple of 16.</summary>
    public int Stride { get; }

    /// <summary>The strip that begins at a column: [rows, at most 32].</summary>
    public float* Strip(int column) => _packed.Pointer + (column * _rows);
}
