using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backflow.Engine.Kernels;

/// <summary>Columns of a row that one sum runs over: equal segments at equal distances. Numbers count floats.</summary>
/// <param name="Offset">Where the first segment begins.</param>
/// <param name="Segments">How many there are.</param>
/// <param name="SegmentLength">Columns of a segment.</param>
/// <param name="SegmentStride">From the beginning of one segment to the next.</param>
internal readonly record struct ColumnSegments(int Offset, int Segments, int SegmentLength, int SegmentStride);

/// <summary>Weights packed for the way back: C = dA·W as strips of columns.</summary>
/// <remarks>
/// <code>
/// strip s holds columns 64·s … 64·s + 63 of W, row after row:   [row 0: 64 floats][row 1: 64 floats] …
/// </code>
/// A strip is read from front to back without a gap, where the rows of W itself would lie kilobytes apart.
/// </remarks>
internal static unsafe class TransposedStrips
{
    /// <summary>Columns of a full strip: four vectors at the widest width. The last strip may have fewer.</summary>
    public const int StripColumns = 64;

    /// <summary>Packs some slots of a weight matrix.</summary>
    /// <param name="weights">The matrix, in its storage.</param>
    /// <param name="storage">The layout of the storage, K columns.</param>
    /// <param name="firstSlot">The first slot to pack.</param>
    /// <param name="slots">Slots to pack.</param>
    /// <param name="packed">[strips, slots·H, 64]; overwritten, columns beyond K with zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack<TSimd, TVector>(
        float* weights, PanelLayout storage, int firstSlot, int slots, float* packed)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        int paddedColumns = PanelLayout.Pad(storage.Columns);
        for (int strip = 0; strip < paddedColumns; strip += StripColumns)
        {
            int width = Math.Min(StripColumns, paddedColumns - strip);
            int filled = Math.Min(width, storage.Columns - strip);
            for (int panel = 0; panel < storage.Panels; panel++)
            {
                int units = storage.UnitsOf(panel);
                int stride = units * storage.Gates;
                int rows = units * slots;
                float* source = weights + storage.PanelOffset(panel) + (units * firstSlot) + ((nint)strip * stride);
                int done = Transpose<TSimd, TVector>(source, stride, rows, 0, filled, packed, width);
                done = Transpose<Simd128, Vector128<float>>(source, stride, rows, done, filled, packed, width);
                for (int j = done; j < width; j++)
                {
                    bool isPadding = strip + j >= storage.Columns;
                    for (int row = 0; row < rows; row++)
                    {
                        packed[(row * width) + j] = isPadding ? 0 : source[((nint)j * stride) + row];
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    // Columns of the weights, each contiguous, become neighbours in every packed row: a vector of them at once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Transpose<TSimd, TVector>(
        float* source, int stride, int rows, int first, int columns, float* packed, int width)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        int column = first;
        for (; column + TSimd.Count <= columns; column += TSimd.Count)
        {
            float* from = source + ((nint)column * stride);
            float* to = packed + column;
            for (int row = 0; row < rows; row += 4, from += 4, to += 4 * width)
            {
                TVector a = TSimd.LoadQuads(from, 4 * stride);
                TVector b = TSimd.LoadQuads(from + stride, 4 * stride);
                TVector c = TSimd.LoadQuads(from + (2 * stride), 4 * stride);
                TVector d = TSimd.LoadQuads(from + (3 * stride), 4 * stride);
                TSimd.TransposeQuads(ref a, ref b, ref c, ref d);
                TSimd.Store(to, a);
                TSimd.Store(to + width, b);
                TSimd.Store(to + (2 * width), c);
                TSimd.Store(to + (3 * width), d);
            }
        }

        return column;
    }
}
