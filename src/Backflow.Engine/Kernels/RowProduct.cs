using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>
/// Products of a single row, for batches of one sequence: bound by reading the weights, not by arithmetic.
/// </summary>
/// <remarks>
/// A register tile of one row has at most four chains of dependent additions, and waits for them. Here eight chains run
/// side by side: up to four vectors of columns, even and odd k apart. The two halves meet at the end, so the rounding
/// differs from that of <see cref="MatrixTile{TSimd, TVector, TRows, TColumns}"/>; which of both is used depends on the
/// shape of the batch alone, never on the threads.
/// </remarks>
internal static unsafe class RowProduct
{
    /// <summary>Columns of the widest panel: 16 units of four gates.</summary>
    private const int LargestPanel = 64;

    private const int RowsAtOnce = 48;

    /// <summary>c += a·B.</summary>
    /// <param name="a">[length].</param>
    /// <param name="length">Terms of each sum.</param>
    /// <param name="b">[length, bStride].</param>
    /// <param name="bStride">Floats from one row of B to the next.</param>
    /// <param name="c">[columns], added to.</param>
    /// <param name="columns">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TSimd, TVector>(float* a, nint length, float* b, int bStride, float* c, int columns)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        int column = 0;
        for (; column + (4 * TSimd.Count) <= columns; column += 4 * TSimd.Count)
        {
            AddColumns<TSimd, TVector, N4>(a, length, b + column, bStride, c + column);
        }

        for (; column + (2 * TSimd.Count) <= columns; column += 2 * TSimd.Count)
        {
            AddColumns<TSimd, TVector, N2>(a, length, b + column, bStride, c + column);
        }

        for (; column < columns; column += TSimd.Count)
        {
            AddColumns<TSimd, TVector, N1>(a, length, b + column, bStride, c + column);
        }
    }

    /// <summary>C += A·B for many rows at once, each with the bits that <see cref="Add"/> gives it alone.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="columns">Columns of B and C, a multiple of 16, at most <see cref="LargestPanel"/>.</param>
    /// <param name="arguments">Where A, B and C lie; one segment and no source.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows<TSimd, TVector>(int rows, int columns, in MatrixTileArguments arguments)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        float* sums = stackalloc float[RowsAtOnce * LargestPanel];
        for (int row = 0; row < rows; row += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, rows - row);
            MatrixTileArguments half = arguments;
            half.A = arguments.A + (row * arguments.ARowStride);
            half.AStepStride = 2 * arguments.AStepStride;
            half.BStride = 2 * arguments.BStride;
            half.SegmentLength = (arguments.SegmentLength + 1) / 2;
            half.C = sums;
            half.CRowStride = columns;
            MatrixProduct<TSimd, TVector>.Multiply(count, columns, half, blockTerms: int.MaxValue);

            // The odd half: its sum meets that of the even half when it is complete.
            half.A += arguments.AStepStride;
            half.B += arguments.BStride;
            half.SegmentLength = arguments.SegmentLength / 2;
            half.Source = sums;
            half.SourceRowStride = columns;
            MatrixProduct<TSimd, TVector>.Multiply(count, columns, half, blockTerms: int.MaxValue);
            for (int i = 0; i < count; i++)
            {
                float* c = arguments.C + ((row + i) * arguments.CRowStride);
                float* sum = sums + (i * columns);
                for (int column = 0; column < columns; column += TSimd.Count)
                {
                    TSimd.Store(c + column, TSimd.Add(TSimd.Load(c + column), TSimd.Load(sum + column)));
                }
            }
        }
    }

    /// <summary>c (+)= a·W with W in transposed strips.</summary>
    /// <param name="a">The row at the first column used.</param>
    /// <param name="segments">The columns of the row that take part.</param>
    /// <param name="packed">What <see cref="TransposedStrips.Pack"/> made.</param>
    /// <param name="c">[columns].</param>
    /// <param name="columns">Columns of the result, a multiple of 16.</param>
    /// <param name="accumulate">Whether to add to c or to overwrite it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyByTransposed<TSimd, TVector>(
        float* a, in ColumnSegments segments, float* packed, float* c, int columns, bool accumulate)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        if (!accumulate)
        {
            new Span<float>(c, columns).Clear();
        }

        for (int column = 0; column < columns; column += TransposedStrips.StripColumns)
        {
            int width = Math.Min(TransposedStrips.StripColumns, columns - column);
            for (int segment = 0; segment < segments.Segments; segment++)
            {
                Add<TSimd, TVector>(
                    a + ((nint)segment * segments.SegmentStride),
                    segments.SegmentLength,
                    packed,
                    width,
                    c + column,
                    width);
                packed += segments.SegmentLength * width;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddColumns<TSimd, TVector, TColumns>(float* a, nint length, float* b, int bStride, float* c)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
        where TColumns : struct, IConstant
    {
        TVector e0 = default, e1 = default, e2 = default, e3 = default;
        TVector o0 = default, o1 = default, o2 = default, o3 = default;
        nint k = 0;
        for (; k + 1 < length; k += 2)
        {
            float* odd = b + bStride;
            TVector x = TSimd.Broadcast(a[k]);
            TVector y = TSimd.Broadcast(a[k + 1]);
            e0 = TSimd.FusedMultiplyAdd(x, TSimd.Load(b), e0);
            o0 = TSimd.FusedMultiplyAdd(y, TSimd.Load(odd), o0);
            if (TColumns.Value > 1)
            {
                e1 = TSimd.FusedMultiplyAdd(x, TSimd.Load(b + TSimd.Count), e1);
                o1 = TSimd.FusedMultiplyAdd(y, TSimd.Load(odd + TSimd.Count), o1);
            }

            if (TColumns.Value > 2)
            {
                e2 = TSimd.FusedMultiplyAdd(x, TSimd.Load(b + (2 * TSimd.Count)), e2);
                e3 = TSimd.FusedMultiplyAdd(x, TSimd.Load(b + (3 * TSimd.Count)), e3);
                o2 = TSimd.FusedMultiplyAdd(y, TSimd.Load(odd + (2 * TSimd.Count)), o2);
                o3 = TSimd.FusedMultiplyAdd(y, TSimd.Load(odd + (3 * TSimd.Count)), o3);
            }

            b = odd + bStride;
        }

        if (k < length)
        {
            TVector x = TSimd.Broadcast(a[k]);
            e0 = TSimd.FusedMultiplyAdd(x, TSimd.Load(b), e0);
            if (TColumns.Value > 1)
            {
                e1 = TSimd.FusedMultiplyAdd(x, TSimd.Load(b + TSimd.Count), e1);
            }

            if (TColumns.Value > 2)
            {
                e2 = TSimd.FusedMultiplyAdd(x, TSimd.Load(b + (2 * TSimd.Count)), e2);
                e3 = TSimd.FusedMultiplyAdd(x, TSimd.Load(b + (3 * TSimd.Count)), e3);
            }
        }

        Store<TSimd, TVector>(c, e0, o0);
        if (TColumns.Value > 1)
        {
            Store<TSimd, TVector>(c + TSimd.Count, e1, o1);
        }

        if (TColumns.Value > 2)
        {
            Store<TSimd, TVector>(c + (2 * TSimd.Count), e2, o2);
            Store<TSimd, TVector>(c + (3 * TSimd.Count), e3, o3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TSimd, TVector>(float* c, TVector even, TVector odd)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Store(c, TSimd.Add(TSimd.Load(c), TSimd.Add(even, odd)));
}
