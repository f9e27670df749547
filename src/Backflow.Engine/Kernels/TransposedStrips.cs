using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

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
    public static void Pack(float* weights, PanelLayout storage, int firstSlot, int slots, float* packed)
    {
        int paddedColumns = PanelLayout.Pad(storage.Columns);
        for (int strip = 0; strip < paddedColumns; strip += StripColumns)
        {
            int width = Math.Min(StripColumns, paddedColumns - strip);
            int filled = Math.Min(width, storage.Columns - strip) & ~3;
            for (int panel = 0; panel < storage.Panels; panel++)
            {
                int units = storage.UnitsOf(panel);
                int stride = units * storage.Gates;
                int rows = units * slots;
                float* source = weights + storage.PanelOffset(panel) + (units * firstSlot) + ((nint)strip * stride);
                for (int j = 0; j < filled; j += 4)
                {
                    Transpose4(source + ((nint)j * stride), stride, rows, packed + j, width);
                }

                for (int j = filled; j < width; j++)
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

    // Four columns of the weights, each contiguous, become four neighbours in every packed row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(float* source, int stride, int rows, float* packed, int width)
    {
        for (int row = 0; row < rows; row += 4)
        {
            Vector128<float> a = Vector128.Load(source + row);
            Vector128<float> b = Vector128.Load(source + stride + row);
            Vector128<float> c = Vector128.Load(source + (2 * stride) + row);
            Vector128<float> d = Vector128.Load(source + (3 * stride) + row);
            Vector128<float> abLow = InterleaveLow(a, b);
            Vector128<float> abHigh = InterleaveHigh(a, b);
            Vector128<float> cdLow = InterleaveLow(c, d);
            Vector128<float> cdHigh = InterleaveHigh(c, d);
            float* target = packed + ((nint)row * width);
            InterleaveLow(abLow.AsDouble(), cdLow.AsDouble()).AsSingle().Store(target);
            InterleaveHigh(abLow.AsDouble(), cdLow.AsDouble()).AsSingle().Store(target + width);
            InterleaveLow(abHigh.AsDouble(), cdHigh.AsDouble()).AsSingle().Store(target + (2 * width));
            InterleaveHigh(abHigh.AsDouble(), cdHigh.AsDouble()).AsSingle().Store(target + (3 * width));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveLow(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackLow(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(left, right)
        : Vector128.Create(left[0], right[0], left[1], right[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveHigh(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackHigh(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(left, right)
        : Vector128.Create(left[2], right[2], left[3], right[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> InterleaveLow(Vector128<double> left, Vector128<double> right) =>
        Sse2.IsSupported ? Sse2.UnpackLow(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(left, right)
        : Vector128.Create(left[0], right[0]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> InterleaveHigh(Vector128<double> left, Vector128<double> right) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(left, right)
        : Vector128.Create(left[1], right[1]);
}
