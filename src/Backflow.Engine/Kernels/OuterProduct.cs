using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>Weight gradients: sums over all rows of a batch.</summary>
internal static unsafe class OuterProduct
{
    /// <summary>target[k, column] (+)= Σ over the packed rows of left[row, k]·right[row, column].</summary>
    /// <param name="packed">Its left operand is packed; its strip is overwritten.</param>
    /// <param name="right">The first row of the right operand.</param>
    /// <param name="rightColumns">Columns of the target, a multiple of 16.</param>
    /// <param name="rightStride">Floats from one row of the right operand to the next.</param>
    /// <param name="rows">Rows packed.</param>
    /// <param name="target">[columns of left, targetStride].</param>
    /// <param name="targetStride">Floats from one row of the target to the next.</param>
    /// <param name="sums">[rightColumns]: Σ over the rows of right, for the bias; null for none.</param>
    /// <param name="accumulate">Whether to add to target and sums or to overwrite them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TSimd, TVector>(
        PackedRows packed,
        float* right,
        int rightColumns,
        int rightStride,
        int rows,
        float* target,
        int targetStride,
        float* sums,
        bool accumulate)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        RowTiles tiles = packed.LeftTiles;
        int column = 0;
        while (column < rightColumns)
        {
            int width = Math.Min(TSimd.TileVectors * TSimd.Count, rightColumns - column);
            packed.PackStrip<TSimd, TVector>(
                right + column, rightStride, width, rows, sums == null ? null : sums + column, accumulate);
            MatrixTileArguments tile = new()
            {
                ARowStride = 1,
                AStepStride = packed.LeftStride,
                Segments = 1,
                SegmentLength = rows,
                B = packed.Strip,
                BStride = width,
                SourceRowStride = targetStride,
                CRowStride = targetStride,
            };
            float* c = target + column;
            for (int i = 0; i < tiles.Count; i++)
            {
                int tileRows = tiles.RowsOf(i);
                tile.A = packed.Left + ((nint)i * rows * packed.LeftStride);
                tile.Source = accumulate ? c : null;
                tile.C = c;
                MatrixProduct<TSimd, TVector>.MultiplyTile(tileRows, width, tile);
                c += (nint)tileRows * targetStride;
            }

            column += width;
        }
    }
}
