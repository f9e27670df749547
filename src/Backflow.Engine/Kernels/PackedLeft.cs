using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backflow.Engine.Kernels;

/// <summary>A packed left operand of weight gradients: rows of x or hₜ₋₁, cut into tiles of k.</summary>
/// <remarks>
/// <code>
/// [tile][row][rows of the tallest tile] gap
/// </code>
/// </remarks>
internal sealed unsafe class PackedLeft
{
    // What tileRows may be: 24 accumulators by two vectors, and by four.
    private const int TallestTile = 12;
    private const int LowestLimit = 6;

    /// <summary>Floats between two tiles: of a power of two rows, all would share a set of the first-level cache.</summary>
    private const int Gap = 16;

    private readonly AlignedBuffer _buffer;

    /// <summary>Allocates room for operands of up to some columns.</summary>
    public PackedLeft(int largest)
    {
        int tiles = (largest / LowestLimit) + 1;
        _buffer = new AlignedBuffer(((largest + TallestTile) * PackedRows.BlockRows) + (tiles * Gap));
    }

    /// <summary>How the operand's columns are cut.</summary>
    public RowTiles Tiles { get; private set; }

    /// <summary>Floats from one packed row of a tile to the next: the rows of the tallest tile.</summary>
    public int Stride { get; private set; }

    /// <summary>Floats from one tile to the next.</summary>
    public int TileStride { get; private set; }

    /// <summary>The first packed tile.</summary>
    public float* Pointer => _buffer.Pointer;

    /// <summary>Packs some rows.</summary>
    /// <param name="left">The first row.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="columns">Columns, which become rows of the gradient.</param>
    /// <param name="rows">Rows, at most <see cref="PackedRows.BlockRows"/>.</param>
    /// <param name="tileRows">Rows of the tallest tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(float* left, int stride, int columns, int rows, int tileRows)
    {
        RowTiles tiles = new(columns, tileRows);
        Tiles = tiles;
        Stride = tileRows;
        TileStride = (rows * tileRows) + Gap;
        for (int row = 0; row < rows; row++)
        {
            float* source = left + ((nint)row * stride);
            float* target = Pointer + ((nint)row * tileRows);
            for (int tile = 0; tile < tiles.Count; tile++)
            {
                int width = tiles.RowsOf(tile);
                int k = 0;
                for (; k + 4 <= width; k += 4)
                {
                    Vector128.Load(source + k).Store(target + k);
                }

                if (k + 2 <= width)
                {
                    *(long*)(target + k) = *(long*)(source + k);
                    k += 2;
                }

                if (k < width)
                {
                    target[k] = source[k];
                }

                source += width;
                target += TileStride;
            }
        }
    }
}
