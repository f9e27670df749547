using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>A product C = source + A·B cut into register tiles.</summary>
internal static unsafe class MatrixProduct<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>
    /// At most so many terms are added up before the next rows: 64 columns of B then stay in the first-level cache.
    /// </summary>
    private const int BlockTerms = 144;

    /// <summary>Computes every tile of a product.</summary>
    /// <param name="rows">Rows of A and C, at least 1.</param>
    /// <param name="columns">Columns of B and C, a multiple of 16.</param>
    /// <param name="arguments">Its A, B, source and C point at row 0, column 0.</param>
    /// <param name="blockTerms">The largest block of a sum; where one ends depends on the sum's length alone.</param>
    /// <remarks>
    /// <code>
    /// for each strip of columns, as wide as a tile
    ///     for each block of k                          some 36 KB of B
    ///         for each tile of rows                    C = source + its sum, in later blocks C = C + its sum
    /// </code>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        int rows, int columns, in MatrixTileArguments arguments, int blockTerms = BlockTerms)
    {
        Debug.Assert(rows >= 1 && columns % 16 == 0, "A product has at least one row and whole panels of columns.");
        int tileColumns = TSimd.TileVectors * TSimd.Count;
        for (int column = 0; column < columns; column += tileColumns)
        {
            MatrixTileArguments strip = arguments;
            strip.B += column;
            strip.C += column;
            strip.Source = arguments.Source == null ? null : arguments.Source + column;
            MultiplyStrip(rows, Math.Min(tileColumns, columns - column), strip, blockTerms);
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

    // Sums over several segments are cut between segments, others anywhere, into blocks of about the same length.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyStrip(int rows, int columns, MatrixTileArguments block, int blockTerms)
    {
        bool hasSegments = block.Segments > 1;
        nint remaining = hasSegments ? block.Segments : block.SegmentLength;
        nint largest = hasSegments ? Math.Max(1, blockTerms / block.SegmentLength) : blockTerms;
        nint blocks = (remaining + largest - 1) / largest;
        nint length = (remaining + blocks - 1) / blocks;
        nint a = length * (hasSegments ? block.ASegmentStride : block.AStepStride);
        nint b = length * block.BStride * (hasSegments ? block.SegmentLength : 1);
        for (; remaining > 0; remaining -= length)
        {
            ref nint terms = ref hasSegments ? ref block.Segments : ref block.SegmentLength;
            terms = Math.Min(length, remaining);
            MultiplyBlock(rows, columns, block);
            block.A += a;
            block.B += b;
            block.Source = block.C;
            block.SourceRowStride = block.CRowStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyBlock(int rows, int columns, MatrixTileArguments tile)
    {
        RowTiles tiles = new(rows, TileRows(columns));
        for (int i = 0; i < tiles.Count; i++)
        {
            int tileRows = tiles.RowsOf(i);
            MultiplyTile(tileRows, columns, tile);
            tile.A += tileRows * tile.ARowStride;
            tile.C += tileRows * tile.CRowStride;
            tile.Source = tile.Source == null ? null : tile.Source + (tileRows * tile.SourceRowStride);
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
