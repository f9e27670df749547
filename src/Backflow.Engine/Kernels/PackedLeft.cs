using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backflow.Engine.Kernels;

/// <summary>A packed left operand of weight gradients: rows of x or hₜ₋₁, cut into tiles of k.</summary>
/// <remarks>
/// <code>
/// [tile][row][columns of the tile] gap
/// </code>
/// </remarks>
internal sealed unsafe class PackedLeft
{
    // What tileRows may be: 24 accumulators by two vectors, and by four.
    private const int TallestTile = 12;
    private const int LowestLimit = 6;

    /// <summary>
    /// Floats between two tiles: room for the end of a vector, and not all tiles of 128 rows in one set of the
    /// first-level cache.
    /// </summary>
    private const int Gap = 16;

    /// <summary>
    /// Rows that share the work on each tile; more, at a distance of 2 KB, would not fit into their set.
    /// </summary>
    private const int RowsAtOnce = 8;

    private readonly AlignedBuffer _buffer;

    /// <summary>Allocates room for operands of up to some columns.</summary>
    /// <param name="largest">Columns.</param>
    /// <param name="usesTiles">Whether <see cref="PackTiles"/> will be called.</param>
    public PackedLeft(int largest, bool usesTiles)
    {
        int tiles = (largest / LowestLimit) + 1;
        int vectors = ((largest + TallestTile) * PackedRows.BlockRows) + (tiles * Gap);
        _buffer = new AlignedBuffer(
            usesTiles ? Math.Max(vectors, TileOperand.Floats(largest, PackedRows.BlockRows)) : vectors);
    }

    /// <summary>
    /// Columns packed as an operand of <see cref="TileProduct"/>; zero where they are packed for vectors.
    /// </summary>
    public int TileColumns { get; private set; }

    /// <summary>How the operand's columns are cut.</summary>
    public RowTiles Tiles { get; private set; }

    /// <summary>Floats from one tile to the next.</summary>
    public int TileStride { get; private set; }

    /// <summary>The first packed tile.</summary>
    public float* Pointer => _buffer.Pointer;

    /// <summary>Packs some rows.</summary>
    /// <param name="left">The first row, of a buffer: up to a vector is read beyond its last column.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="columns">Columns, which become rows of the gradient.</param>
    /// <param name="rows">Rows, at most <see cref="PackedRows.BlockRows"/>.</param>
    /// <param name="tileRows">Rows of the tallest tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(float* left, int stride, int columns, int rows, int tileRows)
    {
        RowTiles tiles = new(columns, tileRows);
        TileColumns = 0;
        Tiles = tiles;
        TileStride = (rows * tileRows) + Gap;
        for (int row = 0; row < rows; row += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, rows - row);
            float* source = left + ((nint)row * stride);
            float* tileBegin = Pointer;
            Prefetch(source + ((nint)count * stride), stride, columns, Math.Min(RowsAtOnce, rows - row - count));
            for (int tile = 0; tile < tiles.Count; tile++)
            {
                int width = tiles.RowsOf(tile);
                PackTile(source, stride, tileBegin + ((nint)row * width), width, count);
                source += width;
                tileBegin += TileStride;
            }
        }
    }

    /// <summary>Packs some rows as an operand of <see cref="TileProduct"/>.</summary>
    /// <param name="left">The first row, of a buffer: up to a vector is read beyond its last column.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="columns">Columns, which become rows of the gradient.</param>
    /// <param name="rows">Rows, at most <see cref="PackedRows.BlockRows"/>.</param>
    public void PackTiles(float* left, int stride, int columns, int rows)
    {
        TileColumns = columns;
        TileOperand.PackLeftTransposed(left, stride, rows, columns, (byte*)Pointer);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* rows, nint stride, int columns, int count)
    {
        for (int row = 0; row < count; row++)
        {
            for (int k = 0; k < columns; k += CacheLine.Floats)
            {
                CacheLine.Prefetch(rows + k);
            }

            rows += stride;
        }
    }

    // Whole vectors: what they bring too much is overwritten by the next row, or lies in the gap.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackTile(float* source, nint stride, float* target, int width, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            Vector256.Load(source).Store(target);
            if (width > Vector256<float>.Count)
            {
                Vector128.Load(source + Vector256<float>.Count).Store(target + Vector256<float>.Count);
            }

            source += stride;
            target += width;
        }
    }
}
