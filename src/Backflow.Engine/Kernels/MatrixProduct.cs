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
    /// Columns are the outer loop: one strip of B (SegmentLength × two vectors) stays in the first-level cache while
    /// the rows of A pass by. Rows are split evenly (32 = 11 + 11 + 10, not 12 + 12 + 8): a padded or thin last tile
    /// costs up to a fifth.
    /// </remarks>
    public static void Multiply(int rows, int columns, in MatrixTileArguments arguments)
    {
        Debug.Assert(rows >= 1 && columns % 16 == 0, "A product has at least one row and whole panels of columns.");
        int tiles = (rows + TSimd.TileRows - 1) / TSimd.TileRows;
        int baseRows = rows / tiles;
        int largerTiles = rows % tiles;
        MatrixTileArguments tile = arguments;
        int column = 0;
        while (column < columns)
        {
            bool pair = columns - column >= 2 * TSimd.Count;
            int row = 0;
            for (int i = 0; i < tiles; i++)
            {
                int tileRows = i < largerTiles ? baseRows + 1 : baseRows;
                tile.A = arguments.A + (row * arguments.ARowStride);
                tile.B = arguments.B + column;
                tile.Source = arguments.Source == null
                    ? null
                    : arguments.Source + (row * arguments.SourceRowStride) + column;
                tile.C = arguments.C + (row * arguments.CRowStride) + column;
                if (pair)
                {
                    Dispatch<N2>(tileRows, tile);
                }
                else
                {
                    Dispatch<N1>(tileRows, tile);
                }

                row += tileRows;
            }

            column += pair ? 2 * TSimd.Count : TSimd.Count;
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
