using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backflow.Engine.Kernels;

/// <summary>Room for the packed operands of one thread's weight gradients.</summary>
/// <remarks>
/// <code>
/// left    rows of x or hₜ₋₁, cut into tiles of k:    [tile][row][TileRows]
/// strip   rows of dA, two vectors of columns:        [row][2·Count]
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
    private const int StripColumns = 32;

    /// <summary>Floats from one packed row of a tile to the next: the rows of the tallest tile.</summary>
    public const int LeftStride = 12;

    private readonly AlignedBuffer _left;
    private readonly AlignedBuffer _strip = new(BlockRows * StripColumns);

    /// <summary>Allocates room for left operands of up to some columns.</summary>
    public PackedRows(int largestLeft)
    {
        // Tiles of six rows, at the narrower widths, take as much room as tiles of twelve.
        _left = new AlignedBuffer(((largestLeft / 6) + 2) * LeftStride * BlockRows);
    }

    /// <summary>The packed strip.</summary>
    public float* Strip => _strip.Pointer;

    /// <summary>The packed left operand.</summary>
    public float* Left => _left.Pointer;

    /// <summary>Packs some rows of the left operand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PackLeft(float* left, int stride, int columns, int rows, int tileRows)
    {
        RowTiles tiles = new(columns, tileRows);
        float* target = Left;
        int first = 0;
        for (int tile = 0; tile < tiles.Count; tile++)
        {
            float* source = left + first;

            // Four at a time, beyond the tile's own columns where the row is that long: nobody reads the surplus.
            int width = first + LeftStride <= stride ? LeftStride : tiles.RowsOf(tile);
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
                target += LeftStride;
            }

            first += tiles.RowsOf(tile);
        }
    }

    /// <summary>Packs one strip of the right operand and adds up its columns on the way.</summary>
    /// <param name="right">The strip's first row.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="columns">One or two vectors.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="sums">[columns], overwritten or added to; null for no sums.</param>
    /// <param name="accumulate">Whether to add to <paramref name="sums"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PackStrip<TSimd, TVector>(float* right, int stride, int columns, int rows, float* sums, bool accumulate)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        float* target = Strip;
        TVector low = default;
        TVector high = default;
        bool isPair = columns > TSimd.Count;
        for (int row = 0; row < rows; row++)
        {
            TVector l = TSimd.Load(right);
            TSimd.Store(target, l);
            low = TSimd.Add(low, l);
            if (isPair)
            {
                TVector h = TSimd.Load(right + TSimd.Count);
                TSimd.Store(target + TSimd.Count, h);
                high = TSimd.Add(high, h);
            }

            right += stride;
            target += columns;
        }

        if (sums == null)
        {
            return;
        }

        TSimd.Store(sums, accumulate ? TSimd.Add(TSimd.Load(sums), low) : low);
        if (isPair)
        {
            float* second = sums + TSimd.Count;
            TSimd.Store(second, accumulate ? TSimd.Add(TSimd.Load(second), high) : high);
        }
    }
}
