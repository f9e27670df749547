using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>Weight gradients: sums over all rows of a batch.</summary>
internal static unsafe class OuterProduct
{
    /// <summary>
    /// target[k, column] (+)= Σ over the packed rows of left[row, k]·strip[row, firstColumn + column].
    /// </summary>
    /// <param name="left">The left operand; the rows of the strip are packed, in tiles as tall as the columns
    /// allow.</param>
    /// <param name="packed">Its strip is the right operand.</param>
    /// <param name="firstColumn">The first column of the strip.</param>
    /// <param name="columns">Columns of the target, a multiple of 16.</param>
    /// <param name="target">[columns of left, targetStride].</param>
    /// <param name="targetStride">Floats from one row of the target to the next.</param>
    /// <param name="accumulate">Whether to add to the target or to overwrite it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TSimd, TVector>(
        PackedLeft left,
        PackedRows packed,
        int firstColumn,
        int columns,
        float* target,
        int targetStride,
        bool accumulate)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        if (left.TileColumns > 0)
        {
            AddTiles(left, packed, firstColumn, columns, target, targetStride, accumulate);
            return;
        }

        RowTiles tiles = left.Tiles;
        MatrixTileArguments tile = new()
        {
            ARowStride = 1,
            Segments = 1,
            SegmentLength = packed.Rows,
            BStride = packed.StripStride,
            SourceRowStride = targetStride,
            CRowStride = targetStride,
        };
        int column = 0;
        while (column < columns)
        {
            int width = Math.Min(TSimd.TileVectors * TSimd.Count, columns - column);
            tile.A = left.Pointer;
            tile.B = packed.Strip + firstColumn + column;
            tile.C = target + column;
            for (int i = 0; i < tiles.Count; i++)
            {
                int tileRows = tiles.RowsOf(i);
                tile.AStepStride = tileRows;
                tile.Source = accumulate ? tile.C : null;
                MatrixProduct<TSimd, TVector>.MultiplyTile(tileRows, width, tile);
                tile.A += left.TileStride;
                tile.C += (nint)tileRows * targetStride;
            }

            column += width;
        }
    }

    private static void AddTiles(
        PackedLeft left,
        PackedRows packed,
        int firstColumn,
        int columns,
        float* target,
        int targetStride,
        bool accumulate)
    {
        byte* a = (byte*)left.Pointer;
        byte* b = packed.StripTiles + TileWeights.ColumnOffset(firstColumn, packed.Rows);
        if (accumulate)
        {
            TileProduct.Add(left.TileColumns, columns, packed.Rows, a, b, target, targetStride);
            return;
        }

        TileProduct.Multiply(left.TileColumns, columns, packed.Rows, a, b, null, 0, target, targetStride);
    }
}
