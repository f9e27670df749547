using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backflow.Engine.Kernels;

/// <summary>Room for the packed operands of one thread's weight gradients.</summary>
/// <remarks>
/// <code>
/// left    rows of x or hₜ₋₁, cut into tiles of k:    [tile][row][rows of the tallest tile]
/// strip   rows of dA, one tile's columns:            [row][columns]
/// </code>
/// A weight gradient sums over thousands of rows that lie a kilobyte apart in their buffers. Packed, both operands are
/// read from front to back: the strip from the first-level cache, the left operand from the second.
/// </remarks>
internal sealed unsafe class PackedRows
{
    /// <summary>Rows summed before the partial sum is added to the whole.</summary>
    /// <remarks>Rounding errors grow with the root of a sum's length, so long sums are taken in two levels.</remarks>
    public const int BlockRows = 128;

    /// <summary>Columns of the widest strip.</summary>
    private const int StripColumns = 64;

    private const int TallestTile = 12;

    private readonly AlignedBuffer _left;
    private readonly AlignedBuffer _strip = new(BlockRows * StripColumns);

    /// <summary>Allocates room for left operands of up to some columns.</summary>
    public PackedRows(int largestLeft)
    {
        // Even tiles leave less than one tile of gaps, and the last row of the last may be copied beyond its end.
        _left = new AlignedBuffer((largestLeft + (2 * TallestTile)) * BlockRows);
    }

    /// <summary>The packed strip.</summary>
    public float* Strip => _strip.Pointer;

    /// <summary>The packed left operand.</summary>
    public float* Left => _left.Pointer;

    /// <summary>How the columns of the packed left operand are cut into tiles.</summary>
    public RowTiles LeftTiles { get; private set; }

    /// <summary>Floats from one packed row of a tile to the next: the rows of the tallest tile.</summary>
    public int LeftStride { get; private set; }

    /// <summary>Packs some rows of the left operand.</summary>
    /// <param name="left">Its first row.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="columns">Its columns, which become rows of the gradient.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="tileRows">Rows of the tallest tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PackLeft(float* left, int stride, int columns, int rows, int tileRows)
    {
        RowTiles tiles = new(columns, tileRows);
        LeftTiles = tiles;
        LeftStride = tileRows;
        int roundedUp = (tileRows + 3) & ~3;
        float* target = Left;
        int first = 0;
        for (int tile = 0; tile < tiles.Count; tile++)
        {
            float* source = left + first;

            // Four at a time, beyond the tile's own columns where the row is that long: the next row overwrites it.
            int width = first + roundedUp <= stride ? roundedUp : tiles.RowsOf(tile);
            int quads = width & ~3;
            for (int row = 0; row < rows; row++)
            {
                for (int k = 0; k < quads; k += 4)
                {
                    Vector128.Load(source + k).Store(target + k);
                }

                for (int k = quads; k < width; k++)
                {
                    target[k] = source[k];
                }

                source += stride;
                target += tileRows;
            }

            first += tiles.RowsOf(tile);
        }
    }

    /// <summary>Packs one strip of the right operand and adds up its columns on the way.</summary>
    /// <param name="right">The strip's first row.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="columns">One to four vectors.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="sums">[columns], overwritten or added to; null for no sums.</param>
    /// <param name="accumulate">Whether to add to <paramref name="sums"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PackStrip<TSimd, TVector>(float* right, int stride, int columns, int rows, float* sums, bool accumulate)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        float* target = Strip;
        TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int vectors = columns / TSimd.Count;
        for (int row = 0; row < rows; row++)
        {
            sum0 = CopyAndAdd<TSimd, TVector>(right, target, 0, sum0);
            if (vectors > 1)
            {
                sum1 = CopyAndAdd<TSimd, TVector>(right, target, 1, sum1);
            }

            if (vectors > 2)
            {
                sum2 = CopyAndAdd<TSimd, TVector>(right, target, 2, sum2);
            }

            if (vectors > 3)
            {
                sum3 = CopyAndAdd<TSimd, TVector>(right, target, 3, sum3);
            }

            right += stride;
            target += columns;
        }

        for (int vector = 0; sums != null && vector < vectors; vector++)
        {
            TVector sum = vector switch { 0 => sum0, 1 => sum1, 2 => sum2, _ => sum3 };
            float* total = sums + (vector * TSimd.Count);
            TSimd.Store(total, accumulate ? TSimd.Add(TSimd.Load(total), sum) : sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector CopyAndAdd<TSimd, TVector>(float* source, float* target, int vector, TVector sum)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector value = TSimd.Load(source + (vector * TSimd.Count));
        TSimd.Store(target + (vector * TSimd.Count), value);
        return TSimd.Add(sum, value);
    }
}
