using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>A product C = source + A·B cut into register tiles.</summary>
internal static unsafe class MatrixProduct<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Computes every tile of a product.</summary>
    /// <param name="rows">Rows of A and C, at least 1.</param>
    /// <param name="columns">Columns of B and C, a multiple of 16.</param>
    /// <param name="arguments">Its A, B, source and C point at row 0, column 0.</param>
    /// <remarks>
    /// Columns are the outer loop: one strip of B (SegmentLength × the tile's vectors) stays in the first-level cache,
    /// or streams out of the second, while the rows of A pass by.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int rows, int columns, in MatrixTileArguments arguments)
    {
        Debug.Assert(rows >= 1 && columns % 16 == 0, "A product has at least one row and whole panels of columns.");
        MatrixTileArguments tile = arguments;
        int column = 0;
        while (column < columns)
        {
            int width = Math.Min(TSimd.TileVectors * TSimd.Count, columns - column);
            RowTiles tiles = new(rows, TileRows(width));
            int row = 0;
            for (int i = 0; i < tiles.Count; i++)
            {
                int tileRows = tiles.RowsOf(i);
                tile.A = arguments.A + (row * arguments.ARowStride);
                tile.B = arguments.B + column;
                tile.Source = arguments.Source == null
                    ? null
                    : arguments.Source + (row * arguments.SourceRowStride) + column;
                tile.C = arguments.C + (row * arguments.CRowStride) + column;
                MultiplyTile(tileRows, width, tile);
                row += tileRows;
            }

            column += width;
        }
    }

    /// <summary>Rows of the tallest tile of some columns: as many as there are accumulators, at most twelve.</summary>
    /// <param name="columns">Columns; more than the widest tile has count as its own.</param>
    /// <returns>At least 1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TileRows(int columns) =>
        Math.Min(12, TSimd.Accumulators / Math.Min(TSimd.TileVectors, (columns + TSimd.Count - 1) / TSimd.Count));

    /// <summary>Computes one tile.</summary>
    /// <param name="rows">At most <see cref="TileRows"/> of the columns.</param>
    /// <param name="columns">At most the tile's vectors.</param>
    /// <param name="tile">Where it lies.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyTile(int rows, int columns, in MatrixTileArguments tile)
    {
        switch ((columns + TSimd.Count - 1) / TSimd.Count)
        {
            case 1: Dispatch<N1>(rows, tile); break;
            case 2: Dispatch<N2>(rows, tile); break;
            case 3: Dispatch<N3>(rows, tile); break;
            default: Dispatch<N4>(rows, tile); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dispatch<TColumns>(int rows, in MatrixTileArguments tile)
        where TColumns : struct, IConstant
    {
        switch (rows)
        {
            case 1: MatrixTile<TSimd, TVector, N1, TColumns>.Multiply(tile); break;
            case 2: MatrixTile<TSimd, TVector, N2, TColumns>.Multiply(tile); break;
            case 3: MatrixTile<TSimd, TVector, N3, TColumns>.Multiply(tile); break;
            case 4: MatrixTile<TSimd, TVector, N4, TColumns>.Multiply(tile); break;
            case 5: MatrixTile<TSimd, TVector, N5, TColumns>.Multiply(tile); break;
            case 6: MatrixTile<TSimd, TVector, N6, TColumns>.Multiply(tile); break;
            case 7: MatrixTile<TSimd, TVector, N7, TColumns>.Multiply(tile); break;
            case 8: MatrixTile<TSimd, TVector, N8, TColumns>.Multiply(tile); break;
            case 9: MatrixTile<TSimd, TVector, N9, TColumns>.Multiply(tile); break;
            case 10: MatrixTile<TSimd, TVector, N10, TColumns>.Multiply(tile); break;
            case 11: MatrixTile<TSimd, TVector, N11, TColumns>.Multiply(tile); break;
            default: MatrixTile<TSimd, TVector, N12, TColumns>.Multiply(tile); break;
        }
    }
}
