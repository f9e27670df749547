using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backflow.Engine.Kernels;

/// <summary>
/// Packs rows of floats as operands of <see cref="TileCode"/>: each number as the sum of three bfloat16.
/// </summary>
/// <remarks>
/// <code>
/// [tile of 16 rows (A) or 16 columns (B)][block of 32 terms][part][16 × 64 bytes]
///
/// A, row r:    a(r, k₀) a(r, k₀+16) | a(r, k₀+1) a(r, k₀+17) | …      two terms, 16 apart, in each 32 bits
/// B, row j:    b(k₀+j, 0) b(k₀+j+16, 0) | b(k₀+j, 1) b(k₀+j+16, 1) | …
/// </code>
/// The processor multiplies neighbouring pairs. Which terms are neighbours does not matter as long as both operands
/// agree: with terms 16 apart, two vectors become a row by a shift and an "or".
///
/// A float has 24 bits, a bfloat16 has eight and a float's exponent: x₁ = round(x), x₂ = round(x − x₁), x₃ = x − x₁ −
/// x₂, and the sum of the three is x exactly, as long as x₃ is not subnormal (|x| ≥ 2⁻¹⁰² is enough). Henry, Tang and
/// Heinecke 2019, "Leveraging the bfloat16 artificial intelligence datatype for higher-precision computations", arXiv
/// 1904.06376. NaN stays NaN, and ±∞ becomes NaN.
/// </remarks>
internal static unsafe class TileOperand
{
    /// <summary>Parts of a number.</summary>
    public const int Parts = 3;

    /// <summary>Terms of a block.</summary>
    public const int BlockTerms = 32;

    /// <summary>Rows of A, or columns of B, of a tile.</summary>
    public const int TileRows = 16;

    /// <summary>Bytes of a tile.</summary>
    public const int TileBytes = 1024;

    private const uint UpperHalf = 0xFFFF0000;
    private const uint HalfUnit = 0x8000;
    private const int RowBytes = 64;

    /// <summary>Blocks of a sum.</summary>
    /// <param name="terms">Terms of the sum.</param>
    public static int Blocks(int terms) => (terms + BlockTerms - 1) / BlockTerms;

    /// <summary>Bytes from one tile row, or column, to the next.</summary>
    /// <param name="terms">Terms of the sum.</param>
    public static int Stride(int terms) => Blocks(terms) * Parts * TileBytes;

    /// <summary>Floats of room that an operand takes.</summary>
    /// <param name="size">Rows of A or columns of B.</param>
    /// <param name="terms">Terms of the sum.</param>
    public static int Floats(int size, int terms) =>
        (size + TileRows - 1) / TileRows * Stride(terms) / sizeof(float);

    /// <summary>Packs rows as A.</summary>
    /// <param name="source">The first row.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="rows">Rows to pack; the last tile is filled up with zeros.</param>
    /// <param name="columns">Where a row's terms lie: segments of whole vectors; their offset is in
    /// <paramref name="source"/>.</param>
    /// <param name="packed">Room for <see cref="Floats"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackLeft(float* source, nint stride, int rows, in ColumnSegments columns, byte* packed)
    {
        int perSegment = (columns.SegmentLength + Vector512<float>.Count - 1) / Vector512<float>.Count;
        int vectors = columns.Segments * perSegment;
        int columnSegmentStride = columns.SegmentStride;
        for (int first = 0; first < rows; first += TileRows)
        {
            int count = Math.Min(TileRows, rows - first);
            float* begin = source + (first * stride);
            for (int vector = 0; vector < vectors; vector += 2)
            {
                float* low = begin + Offset(vector);
                float* high = vector + 1 < vectors ? begin + Offset(vector + 1) : null;
                for (int row = 0; row < count; row++)
                {
                    Split(
                        Vector512.Load(low + (row * stride)),
                        high == null ? default : Vector512.Load(high + (row * stride)),
                        packed + (row * RowBytes));
                }

                packed += Parts * TileBytes;
            }
        }

        nint Offset(int vector)
        {
            int segment = vector / perSegment;
            return ((nint)segment * columnSegmentStride) + ((vector - (segment * perSegment)) * Vector512<float>.Count);
        }
    }

    /// <summary>Packs rows as B: terms are rows.</summary>
    /// <param name="source">The first row.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="terms">Rows.</param>
    /// <param name="columns">Columns, a multiple of 16.</param>
    /// <param name="packed">Room for <see cref="Floats"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRight(float* source, nint stride, int terms, int columns, byte* packed)
    {
        for (int column = 0; column < columns; column += TileRows)
        {
            for (int first = 0; first < terms; first += BlockTerms)
            {
                float* low = source + column + (first * stride);
                float* high = low + (TileRows * stride);
                int lows = Math.Min(TileRows, terms - first);
                int highs = Math.Clamp(terms - first - TileRows, 0, TileRows);
                for (int row = 0; row < TileRows; row++)
                {
                    Split(
                        row < lows ? Vector512.Load(low + (row * stride)) : default,
                        row < highs ? Vector512.Load(high + (row * stride)) : default,
                        packed + (row * RowBytes));
                }

                packed += Parts * TileBytes;
            }
        }
    }

    /// <summary>Packs columns as A: terms are rows, as in a sum over all rows of a batch.</summary>
    /// <param name="source">The first row, of a buffer: up to a vector is read beyond its last column.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="terms">Rows.</param>
    /// <param name="columns">Columns, which become rows of A.</param>
    /// <param name="packed">Room for <see cref="Floats"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackLeftTransposed(float* source, nint stride, int terms, int columns, byte* packed)
    {
        float* rest = stackalloc float[BlockTerms * TileRows];
        for (int column = 0; column < columns; column += TileRows)
        {
            for (int first = 0; first < terms; first += BlockTerms)
            {
                float* block = source + column + (first * stride);
                if (terms - first >= BlockTerms)
                {
                    PackTransposed(block, stride, packed);
                }
                else
                {
                    CopyAndPad(block, stride, terms - first, rest);
                    PackTransposed(rest, TileRows, packed);
                }

                packed += Parts * TileBytes;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackTransposed(float* block, nint stride, byte* packed)
    {
        for (int column = 0; column < TileRows; column += 4, packed += 4 * RowBytes)
        {
            LoadTransposed(
                block + column,
                stride,
                out Vector512<float> low0,
                out Vector512<float> low1,
                out Vector512<float> low2,
                out Vector512<float> low3);
            LoadTransposed(
                block + (TileRows * stride) + column,
                stride,
                out Vector512<float> high0,
                out Vector512<float> high1,
                out Vector512<float> high2,
                out Vector512<float> high3);
            Split(low0, high0, packed);
            Split(low1, high1, packed + RowBytes);
            Split(low2, high2, packed + (2 * RowBytes));
            Split(low3, high3, packed + (3 * RowBytes));
        }
    }

    // Four columns of sixteen rows, a vector each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadTransposed(
        float* rows,
        nint stride,
        out Vector512<float> column0,
        out Vector512<float> column1,
        out Vector512<float> column2,
        out Vector512<float> column3)
    {
        column0 = Simd512.LoadQuads(rows, 4 * stride);
        column1 = Simd512.LoadQuads(rows + stride, 4 * stride);
        column2 = Simd512.LoadQuads(rows + (2 * stride), 4 * stride);
        column3 = Simd512.LoadQuads(rows + (3 * stride), 4 * stride);
        Simd512.TransposeQuads(ref column0, ref column1, ref column2, ref column3);
    }

    private static void CopyAndPad(float* source, nint stride, int rows, float* target)
    {
        for (int row = 0; row < BlockTerms; row++)
        {
            Vector512<float> value = row < rows ? Vector512.Load(source + (row * stride)) : default;
            value.Store(target + (row * TileRows));
        }
    }

    // Rounds to the nearest part, half away from zero: what is left then has 16 bits, and after the second part eight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(Vector512<float> low, Vector512<float> high, byte* packed)
    {
        Vector512<uint> mask = Vector512.Create(UpperHalf);
        Vector512<uint> low1 = Round(low) & mask;
        Vector512<uint> high1 = Round(high) & mask;
        low -= low1.AsSingle();
        high -= high1.AsSingle();
        Vector512<uint> low2 = Round(low) & mask;
        Vector512<uint> high2 = Round(high) & mask;
        low -= low2.AsSingle();
        high -= high2.AsSingle();
        Pair(low1, high1).Store((uint*)packed);
        Pair(low2, high2).Store((uint*)(packed + TileBytes));
        Pair(low.AsUInt32(), high.AsUInt32() & mask).Store((uint*)(packed + (2 * TileBytes)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Pair(Vector512<uint> low, Vector512<uint> high) =>
        Vector512.ShiftRightLogical(low, 16) | high;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Round(Vector512<float> value) => value.AsUInt32() + Vector512.Create(HalfUnit);
}
