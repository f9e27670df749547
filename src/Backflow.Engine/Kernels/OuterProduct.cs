namespace Backflow.Engine.Kernels;

/// <summary>Weight gradients: sums over all rows of a batch.</summary>
internal static unsafe class OuterProduct
{
    /// <summary>Rows summed before the partial sum is added to the whole.</summary>
    /// <remarks>
    /// Rounding errors grow with the root of a sum's length, so the sum over thousands of rows is taken in two levels;
    /// the rows of a block also stay in cache while the tiles pass over them.
    /// </remarks>
    private const int BlockRows = 64;

    /// <summary>target[k, column] = Σ over rows of left[row, k]·right[row, column], overwritten.</summary>
    public static void Compute<TSimd, TVector>(
        int rows,
        float* left,
        int leftColumns,
        int leftStride,
        float* right,
        int rightColumns,
        int rightStride,
        float* target,
        int targetStride)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (int row = 0; row < rows; row += BlockRows)
        {
            MatrixTileArguments arguments = new()
            {
                A = left + ((nint)row * leftStride),
                ARowStride = 1,
                AStepStride = leftStride,
                Segments = 1,
                SegmentLength = Math.Min(BlockRows, rows - row),
                B = right + ((nint)row * rightStride),
                BStride = rightStride,
                Source = row == 0 ? null : target,
                SourceRowStride = targetStride,
                C = target,
                CRowStride = targetStride,
            };
            MatrixProduct<TSimd, TVector>.Multiply(leftColumns, rightColumns, arguments);
        }
    }

    /// <summary>sums[column] = Σ over rows of values[row, column], overwritten.</summary>
    public static void SumRows<TSimd, TVector>(int rows, float* values, int columns, int stride, float* sums)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (int column = 0; column < columns; column += TSimd.Count)
        {
            TVector sum = default;
            for (int block = 0; block < rows; block += BlockRows)
            {
                TVector partial = default;
                for (int row = block; row < Math.Min(rows, block + BlockRows); row++)
                {
                    partial = TSimd.Add(partial, TSimd.Load(values + ((nint)row * stride) + column));
                }

                sum = TSimd.Add(sum, partial);
            }

            TSimd.Store(sums + column, sum);
        }
    }
}
