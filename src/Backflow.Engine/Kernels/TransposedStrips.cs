namespace Backflow.Engine.Kernels;

/// <summary>Columns of a row that one sum runs over: equal segments at equal distances. Numbers count floats.</summary>
/// <param name="Offset">Where the first segment begins.</param>
/// <param name="Segments">Segments.</param>
/// <param name="SegmentLength">Columns of a segment.</param>
/// <param name="SegmentStride">From the beginning of one segment to the next.</param>
internal readonly record struct ColumnSegments(int Offset, int Segments, int SegmentLength, int SegmentStride);

/// <summary>Weights packed for the way back: C = dA·W as strips of columns.</summary>
/// <remarks>
/// <code>
/// strip s holds columns 32·s … 32·s + 31 of W, row after row:   [row 0: 32 floats][row 1: 32 floats] …
/// </code>
/// A strip is read from front to back without a gap, where the rows of W itself would lie kilobytes apart.
/// </remarks>
internal static unsafe class TransposedStrips
{
    /// <summary>Columns of a full strip: two vectors at the widest width. The last strip may have 16.</summary>
    private const int StripColumns = 32;

    /// <summary>Packs some slots of a weight matrix.</summary>
    /// <param name="weights">The matrix, in its storage.</param>
    /// <param name="storage">The layout of the storage, K columns.</param>
    /// <param name="firstSlot">The first slot to pack.</param>
    /// <param name="slots">Slots to pack.</param>
    /// <param name="packed">[strips, slots·H, 32]; overwritten, columns beyond K with zero.</param>
    public static void Pack(float* weights, PanelLayout storage, int firstSlot, int slots, float* packed)
    {
        int paddedColumns = PanelLayout.Pad(storage.Columns);
        for (int strip = 0; strip < paddedColumns; strip += StripColumns)
        {
            int width = Math.Min(StripColumns, paddedColumns - strip);
            for (int panel = 0; panel < storage.Panels; panel++)
            {
                int units = storage.UnitsOf(panel);
                int stride = units * storage.Gates;
                float* source = weights + storage.PanelOffset(panel) + (units * firstSlot);
                int rows = units * slots;
                for (int j = 0; j < width; j++)
                {
                    float* column = source + ((nint)(strip + j) * stride);
                    bool isPadding = strip + j >= storage.Columns;
                    for (int row = 0; row < rows; row++)
                    {
                        packed[(row * width) + j] = isPadding ? 0 : column[row];
                    }
                }

                packed += rows * width;
            }
        }
    }

    /// <summary>C (+)= A·W with W packed.</summary>
    /// <param name="a">A at its first row and first column used.</param>
    /// <param name="aRowStride">Floats from one row of A to the next.</param>
    /// <param name="segments">The columns of A that take part; their offset is already in <paramref name="a"/>.</param>
    /// <param name="packed">What <see cref="Pack"/> made.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="c">C at its first row.</param>
    /// <param name="cColumns">Columns of C, which is also the distance of its rows.</param>
    /// <param name="accumulate">Whether to add to C or to overwrite it.</param>
    public static void Multiply<TSimd, TVector>(
        float* a,
        int aRowStride,
        in ColumnSegments segments,
        float* packed,
        int rows,
        float* c,
        int cColumns,
        bool accumulate)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (int column = 0; column < cColumns; column += StripColumns)
        {
            int width = Math.Min(StripColumns, cColumns - column);
            MatrixTileArguments arguments = new()
            {
                A = a,
                ARowStride = aRowStride,
                AStepStride = 1,
                ASegmentStride = segments.SegmentStride,
                Segments = segments.Segments,
                SegmentLength = segments.SegmentLength,
                B = packed,
                BStride = width,
                Source = accumulate ? c + column : null,
                SourceRowStride = cColumns,
                C = c + column,
                CRowStride = cColumns,
            };
            MatrixProduct<TSimd, TVector>.Multiply(rows, width, arguments);
            packed += segments.Segments * segments.SegmentLength * width;
        }
    }
}
