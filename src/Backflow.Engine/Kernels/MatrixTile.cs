using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>The register tile under every matrix product: a few rows times one to four vectors of columns.</summary>
/// <remarks>
/// <code>
///              b[k]   ── one to four vectors of columns ──▶
///   a[0][k]    c00  c01  c02  c03      Every accumulator stays in a register over the whole sum.
///   a[1][k]    c10  c11  c12  c13      Per k: a load of b per vector, a broadcast of a per row,
///      ⋮        ⋮    ⋮                 a multiply-add per accumulator.
///   a[11][k]   cb0  cb1
/// </code>
/// Up to 24 accumulators, as 6 × 4, 8 × 3 or 12 × 2. The fewer rows, the fewer instructions beside the multiply-adds:
/// docs/decisions/one-source-for-all-widths.md counts them.
///
/// Two layouts of A have a loop of their own over two terms at a time, with constant addresses: rows as they lie (step
/// 1), and tiles as <see cref="PackedLeft"/> packs them. The third loop takes the odd term, and every other layout. The
/// steps are written out, because the JIT keeps accumulators in registers only as locals of one method. Rows are added
/// and stored by a method each: written out as well, they are more than the JIT inlines in one method of 128 bits.
///
/// Each element is source + (Σₖ a·b in ascending k), a multiply-add per term, whatever the number of rows or columns
/// of its tile: how a product is cut into tiles, and so among threads, never changes a bit of it. The
/// accumulators are named locals because arrays of vectors end up in memory; those beyond
/// <typeparamref name="TRows"/> and <typeparamref name="TColumns"/> vanish at compilation.
/// </remarks>
internal static unsafe class MatrixTile<TSimd, TVector, TRows, TColumns>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TRows : struct, IConstant
    where TColumns : struct, IConstant
{
    /// <summary>C = source + A·B on one tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in MatrixTileArguments arguments)
    {
        float* a = arguments.A;
        float* b = arguments.B;
        nint aRow = arguments.ARowStride;
        nint aRow2 = 2 * aRow;
        nint aRow3 = 3 * aRow;
        nint aK = arguments.AStepStride;
        nint bK = arguments.BStride;
        TVector c00 = default, c01 = default, c02 = default, c03 = default;
        TVector c10 = default, c11 = default, c12 = default, c13 = default;
        TVector c20 = default, c21 = default, c22 = default, c23 = default;
        TVector c30 = default, c31 = default, c32 = default, c33 = default;
        TVector c40 = default, c41 = default, c42 = default, c43 = default;
        TVector c50 = default, c51 = default, c52 = default, c53 = default;
        TVector c60 = default, c61 = default, c62 = default;
        TVector c70 = default, c71 = default, c72 = default;
        TVector c80 = default, c81 = default;
        TVector c90 = default, c91 = default;
        TVector ca0 = default, ca1 = default;
        TVector cb0 = default, cb1 = default;

        // Where the sum will go is far away more often than not: a gradient of the weights, a timestep not seen for
        // long.
        for (int row = 0; row < TRows.Value; row++)
        {
            float* line = arguments.C + (row * arguments.CRowStride);
            for (int column = 0; column < TColumns.Value * TSimd.Count; column += CacheLine.Floats)
            {
                CacheLine.Prefetch(line + column);
            }
        }

        for (nint segment = arguments.Segments; segment > 0; segment--)
        {
            // Row pointers in groups of four: x86 addresses one base plus one register.
            float* a0 = a;
            float* a4 = a + (4 * aRow);
            float* a8 = a + (8 * aRow);
            float* end = a + (arguments.SegmentLength * aK);
            if (aK == 1)
            {
                for (float* last = end - 1; a0 < last; b += 2 * bK)
                {
                    TVector b0 = TSimd.Load(b), b1 = default, b2 = default, b3 = default;
                    if (TColumns.Value > 1) { b1 = TSimd.Load(b + TSimd.Count); }
                    if (TColumns.Value > 2) { b2 = TSimd.Load(b + (2 * TSimd.Count)); }
                    if (TColumns.Value > 3) { b3 = TSimd.Load(b + (3 * TSimd.Count)); }
                    AddRow(a0, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03);
                    if (TRows.Value > 1) { AddRow(a0 + aRow, b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13); }
                    if (TRows.Value > 2) { AddRow(a0 + aRow2, b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23); }
                    if (TRows.Value > 3) { AddRow(a0 + aRow3, b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33); }
                    if (TRows.Value > 4) { AddRow(a4, b0, b1, b2, b3, ref c40, ref c41, ref c42, ref c43); }
                    if (TRows.Value > 5) { AddRow(a4 + aRow, b0, b1, b2, b3, ref c50, ref c51, ref c52, ref c53); }
                    if (TRows.Value > 6) { AddRow(a4 + aRow2, b0, b1, b2, ref c60, ref c61, ref c62); }
                    if (TRows.Value > 7) { AddRow(a4 + aRow3, b0, b1, b2, ref c70, ref c71, ref c72); }
                    if (TRows.Value > 8) { AddRow(a8, b0, b1, ref c80, ref c81); }
                    if (TRows.Value > 9) { AddRow(a8 + aRow, b0, b1, ref c90, ref c91); }
                    if (TRows.Value > 10) { AddRow(a8 + aRow2, b0, b1, ref ca0, ref ca1); }
                    if (TRows.Value > 11) { AddRow(a8 + aRow3, b0, b1, ref cb0, ref cb1); }

                    b0 = TSimd.Load(b + bK);
                    if (TColumns.Value > 1) { b1 = TSimd.Load(b + bK + TSimd.Count); }
                    if (TColumns.Value > 2) { b2 = TSimd.Load(b + bK + (2 * TSimd.Count)); }
                    if (TColumns.Value > 3) { b3 = TSimd.Load(b + bK + (3 * TSimd.Count)); }
                    AddRow(a0 + 1, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03);
                    if (TRows.Value > 1) { AddRow(a0 + aRow + 1, b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13); }
                    if (TRows.Value > 2) { AddRow(a0 + aRow2 + 1, b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23); }
                    if (TRows.Value > 3) { AddRow(a0 + aRow3 + 1, b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33); }
                    if (TRows.Value > 4) { AddRow(a4 + 1, b0, b1, b2, b3, ref c40, ref c41, ref c42, ref c43); }
                    if (TRows.Value > 5) { AddRow(a4 + aRow + 1, b0, b1, b2, b3, ref c50, ref c51, ref c52, ref c53); }
                    if (TRows.Value > 6) { AddRow(a4 + aRow2 + 1, b0, b1, b2, ref c60, ref c61, ref c62); }
                    if (TRows.Value > 7) { AddRow(a4 + aRow3 + 1, b0, b1, b2, ref c70, ref c71, ref c72); }
                    if (TRows.Value > 8) { AddRow(a8 + 1, b0, b1, ref c80, ref c81); }
                    if (TRows.Value > 9) { AddRow(a8 + aRow + 1, b0, b1, ref c90, ref c91); }
                    if (TRows.Value > 10) { AddRow(a8 + aRow2 + 1, b0, b1, ref ca0, ref ca1); }
                    if (TRows.Value > 11) { AddRow(a8 + aRow3 + 1, b0, b1, ref cb0, ref cb1); }

                    a0 += 2;
                    if (TRows.Value > 4) { a4 += 2; }
                    if (TRows.Value > 8) { a8 += 2; }
                }
            }
            else if (aRow == 1 && aK == TRows.Value)
            {
                int rows = TRows.Value;
                for (float* last = end - rows; a0 < last; b += 2 * bK)
                {
                    TVector b0 = TSimd.Load(b), b1 = default, b2 = default, b3 = default;
                    if (TColumns.Value > 1) { b1 = TSimd.Load(b + TSimd.Count); }
                    if (TColumns.Value > 2) { b2 = TSimd.Load(b + (2 * TSimd.Count)); }
                    if (TColumns.Value > 3) { b3 = TSimd.Load(b + (3 * TSimd.Count)); }
                    AddRow(a0, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03);
                    if (TRows.Value > 1) { AddRow(a0 + 1, b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13); }
                    if (TRows.Value > 2) { AddRow(a0 + 2, b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23); }
                    if (TRows.Value > 3) { AddRow(a0 + 3, b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33); }
                    if (TRows.Value > 4) { AddRow(a0 + 4, b0, b1, b2, b3, ref c40, ref c41, ref c42, ref c43); }
                    if (TRows.Value > 5) { AddRow(a0 + 5, b0, b1, b2, b3, ref c50, ref c51, ref c52, ref c53); }
                    if (TRows.Value > 6) { AddRow(a0 + 6, b0, b1, b2, ref c60, ref c61, ref c62); }
                    if (TRows.Value > 7) { AddRow(a0 + 7, b0, b1, b2, ref c70, ref c71, ref c72); }
                    if (TRows.Value > 8) { AddRow(a0 + 8, b0, b1, ref c80, ref c81); }
                    if (TRows.Value > 9) { AddRow(a0 + 9, b0, b1, ref c90, ref c91); }
                    if (TRows.Value > 10) { AddRow(a0 + 10, b0, b1, ref ca0, ref ca1); }
                    if (TRows.Value > 11) { AddRow(a0 + 11, b0, b1, ref cb0, ref cb1); }

                    b0 = TSimd.Load(b + bK);
                    if (TColumns.Value > 1) { b1 = TSimd.Load(b + bK + TSimd.Count); }
                    if (TColumns.Value > 2) { b2 = TSimd.Load(b + bK + (2 * TSimd.Count)); }
                    if (TColumns.Value > 3) { b3 = TSimd.Load(b + bK + (3 * TSimd.Count)); }
                    AddRow(a0 + rows, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03);
                    if (TRows.Value > 1) { AddRow(a0 + rows + 1, b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13); }
                    if (TRows.Value > 2) { AddRow(a0 + rows + 2, b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23); }
                    if (TRows.Value > 3) { AddRow(a0 + rows + 3, b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33); }
                    if (TRows.Value > 4) { AddRow(a0 + rows + 4, b0, b1, b2, b3, ref c40, ref c41, ref c42, ref c43); }
                    if (TRows.Value > 5) { AddRow(a0 + rows + 5, b0, b1, b2, b3, ref c50, ref c51, ref c52, ref c53); }
                    if (TRows.Value > 6) { AddRow(a0 + rows + 6, b0, b1, b2, ref c60, ref c61, ref c62); }
                    if (TRows.Value > 7) { AddRow(a0 + rows + 7, b0, b1, b2, ref c70, ref c71, ref c72); }
                    if (TRows.Value > 8) { AddRow(a0 + rows + 8, b0, b1, ref c80, ref c81); }
                    if (TRows.Value > 9) { AddRow(a0 + rows + 9, b0, b1, ref c90, ref c91); }
                    if (TRows.Value > 10) { AddRow(a0 + rows + 10, b0, b1, ref ca0, ref ca1); }
                    if (TRows.Value > 11) { AddRow(a0 + rows + 11, b0, b1, ref cb0, ref cb1); }

                    a0 += 2 * rows;
                }

                a4 = a0 + 4;
                a8 = a0 + 8;
            }

            while (a0 != end)
            {
                TVector b0 = TSimd.Load(b), b1 = default, b2 = default, b3 = default;
                if (TColumns.Value > 1) { b1 = TSimd.Load(b + TSimd.Count); }
                if (TColumns.Value > 2) { b2 = TSimd.Load(b + (2 * TSimd.Count)); }
                if (TColumns.Value > 3) { b3 = TSimd.Load(b + (3 * TSimd.Count)); }
                AddRow(a0, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03);
                if (TRows.Value > 1) { AddRow(a0 + aRow, b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13); }
                if (TRows.Value > 2) { AddRow(a0 + aRow2, b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23); }
                if (TRows.Value > 3) { AddRow(a0 + aRow3, b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33); }
                if (TRows.Value > 4) { AddRow(a4, b0, b1, b2, b3, ref c40, ref c41, ref c42, ref c43); }
                if (TRows.Value > 5) { AddRow(a4 + aRow, b0, b1, b2, b3, ref c50, ref c51, ref c52, ref c53); }
                if (TRows.Value > 6) { AddRow(a4 + aRow2, b0, b1, b2, ref c60, ref c61, ref c62); }
                if (TRows.Value > 7) { AddRow(a4 + aRow3, b0, b1, b2, ref c70, ref c71, ref c72); }
                if (TRows.Value > 8) { AddRow(a8, b0, b1, ref c80, ref c81); }
                if (TRows.Value > 9) { AddRow(a8 + aRow, b0, b1, ref c90, ref c91); }
                if (TRows.Value > 10) { AddRow(a8 + aRow2, b0, b1, ref ca0, ref ca1); }
                if (TRows.Value > 11) { AddRow(a8 + aRow3, b0, b1, ref cb0, ref cb1); }
                a0 += aK;
                if (TRows.Value > 4) { a4 += aK; }
                if (TRows.Value > 8) { a8 += aK; }
                b += bK;
            }

            a += arguments.ASegmentStride;
        }

        // Last, not first: a sum that starts from a large source rounds every one of its terms at the source's size.
        if (arguments.Source != null)
        {
            float* s = arguments.Source;
            nint sRow = arguments.SourceRowStride;
            AddSource(s, ref c00, ref c01, ref c02, ref c03);
            if (TRows.Value > 1) { AddSource(s + sRow, ref c10, ref c11, ref c12, ref c13); }
            if (TRows.Value > 2) { AddSource(s + (2 * sRow), ref c20, ref c21, ref c22, ref c23); }
            if (TRows.Value > 3) { AddSource(s + (3 * sRow), ref c30, ref c31, ref c32, ref c33); }
            if (TRows.Value > 4) { AddSource(s + (4 * sRow), ref c40, ref c41, ref c42, ref c43); }
            if (TRows.Value > 5) { AddSource(s + (5 * sRow), ref c50, ref c51, ref c52, ref c53); }
            if (TRows.Value > 6) { AddSource(s + (6 * sRow), ref c60, ref c61, ref c62); }
            if (TRows.Value > 7) { AddSource(s + (7 * sRow), ref c70, ref c71, ref c72); }
            if (TRows.Value > 8) { AddSource(s + (8 * sRow), ref c80, ref c81); }
            if (TRows.Value > 9) { AddSource(s + (9 * sRow), ref c90, ref c91); }
            if (TRows.Value > 10) { AddSource(s + (10 * sRow), ref ca0, ref ca1); }
            if (TRows.Value > 11) { AddSource(s + (11 * sRow), ref cb0, ref cb1); }
        }

        float* c = arguments.C;
        nint cRow = arguments.CRowStride;
        StoreRow(c, c00, c01, c02, c03);
        if (TRows.Value > 1) { StoreRow(c + cRow, c10, c11, c12, c13); }
        if (TRows.Value > 2) { StoreRow(c + (2 * cRow), c20, c21, c22, c23); }
        if (TRows.Value > 3) { StoreRow(c + (3 * cRow), c30, c31, c32, c33); }
        if (TRows.Value > 4) { StoreRow(c + (4 * cRow), c40, c41, c42, c43); }
        if (TRows.Value > 5) { StoreRow(c + (5 * cRow), c50, c51, c52, c53); }
        if (TRows.Value > 6) { StoreRow(c + (6 * cRow), c60, c61, c62); }
        if (TRows.Value > 7) { StoreRow(c + (7 * cRow), c70, c71, c72); }
        if (TRows.Value > 8) { StoreRow(c + (8 * cRow), c80, c81); }
        if (TRows.Value > 9) { StoreRow(c + (9 * cRow), c90, c91); }
        if (TRows.Value > 10) { StoreRow(c + (10 * cRow), ca0, ca1); }
        if (TRows.Value > 11) { StoreRow(c + (11 * cRow), cb0, cb1); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(float* a, TVector b0, TVector b1, ref TVector c0, ref TVector c1)
    {
        TVector x = TSimd.Broadcast(*a);
        c0 = TSimd.FusedMultiplyAdd(x, b0, c0);
        if (TColumns.Value > 1) { c1 = TSimd.FusedMultiplyAdd(x, b1, c1); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(
        float* a, TVector b0, TVector b1, TVector b2, ref TVector c0, ref TVector c1, ref TVector c2)
    {
        TVector x = TSimd.Broadcast(*a);
        c0 = TSimd.FusedMultiplyAdd(x, b0, c0);
        if (TColumns.Value > 1) { c1 = TSimd.FusedMultiplyAdd(x, b1, c1); }
        if (TColumns.Value > 2) { c2 = TSimd.FusedMultiplyAdd(x, b2, c2); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(
        float* a,
        TVector b0,
        TVector b1,
        TVector b2,
        TVector b3,
        ref TVector c0,
        ref TVector c1,
        ref TVector c2,
        ref TVector c3)
    {
        TVector x = TSimd.Broadcast(*a);
        c0 = TSimd.FusedMultiplyAdd(x, b0, c0);
        if (TColumns.Value > 1) { c1 = TSimd.FusedMultiplyAdd(x, b1, c1); }
        if (TColumns.Value > 2) { c2 = TSimd.FusedMultiplyAdd(x, b2, c2); }
        if (TColumns.Value > 3) { c3 = TSimd.FusedMultiplyAdd(x, b3, c3); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSource(float* s, ref TVector c0, ref TVector c1)
    {
        c0 = TSimd.Add(TSimd.Load(s), c0);
        if (TColumns.Value > 1) { c1 = TSimd.Add(TSimd.Load(s + TSimd.Count), c1); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSource(float* s, ref TVector c0, ref TVector c1, ref TVector c2)
    {
        c0 = TSimd.Add(TSimd.Load(s), c0);
        if (TColumns.Value > 1) { c1 = TSimd.Add(TSimd.Load(s + TSimd.Count), c1); }
        if (TColumns.Value > 2) { c2 = TSimd.Add(TSimd.Load(s + (2 * TSimd.Count)), c2); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSource(float* s, ref TVector c0, ref TVector c1, ref TVector c2, ref TVector c3)
    {
        c0 = TSimd.Add(TSimd.Load(s), c0);
        if (TColumns.Value > 1) { c1 = TSimd.Add(TSimd.Load(s + TSimd.Count), c1); }
        if (TColumns.Value > 2) { c2 = TSimd.Add(TSimd.Load(s + (2 * TSimd.Count)), c2); }
        if (TColumns.Value > 3) { c3 = TSimd.Add(TSimd.Load(s + (3 * TSimd.Count)), c3); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(float* c, TVector c0, TVector c1)
    {
        TSimd.Store(c, c0);
        if (TColumns.Value > 1) { TSimd.Store(c + TSimd.Count, c1); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(float* c, TVector c0, TVector c1, TVector c2)
    {
        TSimd.Store(c, c0);
        if (TColumns.Value > 1) { TSimd.Store(c + TSimd.Count, c1); }
        if (TColumns.Value > 2) { TSimd.Store(c + (2 * TSimd.Count), c2); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(float* c, TVector c0, TVector c1, TVector c2, TVector c3)
    {
        TSimd.Store(c, c0);
        if (TColumns.Value > 1) { TSimd.Store(c + TSimd.Count, c1); }
        if (TColumns.Value > 2) { TSimd.Store(c + (2 * TSimd.Count), c2); }
        if (TColumns.Value > 3) { TSimd.Store(c + (3 * TSimd.Count), c3); }
    }
}
