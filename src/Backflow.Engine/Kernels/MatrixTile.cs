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
/// steps are written out, because the JIT keeps accumulators in registers only as locals of one method.
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
                    {
                        TVector b0 = TSimd.Load(b), b1 = default, b2 = default, b3 = default;
                        if (TColumns.Value > 1) { b1 = TSimd.Load(b + TSimd.Count); }
                        if (TColumns.Value > 2) { b2 = TSimd.Load(b + (2 * TSimd.Count)); }
                        if (TColumns.Value > 3) { b3 = TSimd.Load(b + (3 * TSimd.Count)); }
                        if (TRows.Value > 0) { AddRow(a0, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03); }
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
                    }

                    {
                        TVector b0 = TSimd.Load(b + bK), b1 = default, b2 = default, b3 = default;
                        if (TColumns.Value > 1) { b1 = TSimd.Load(b + bK + TSimd.Count); }
                        if (TColumns.Value > 2) { b2 = TSimd.Load(b + bK + (2 * TSimd.Count)); }
                        if (TColumns.Value > 3) { b3 = TSimd.Load(b + bK + (3 * TSimd.Count)); }
                        if (TRows.Value > 0) { AddRow(a0 + 1, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03); }
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
                    }

                    a0 += 2;
                    if (TRows.Value > 4) { a4 += 2; }
                    if (TRows.Value > 8) { a8 += 2; }
                }
            }
            else if (aRow == 1 && aK == TRows.Value)
            {
                for (float* last = end - (1 * TRows.Value); a0 < last; b += 2 * bK)
                {
                    {
                        TVector b0 = TSimd.Load(b), b1 = default, b2 = default, b3 = default;
                        if (TColumns.Value > 1) { b1 = TSimd.Load(b + TSimd.Count); }
                        if (TColumns.Value > 2) { b2 = TSimd.Load(b + (2 * TSimd.Count)); }
                        if (TColumns.Value > 3) { b3 = TSimd.Load(b + (3 * TSimd.Count)); }
                        if (TRows.Value > 0) { AddRow(a0, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03); }
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
                    }

                    {
                        TVector b0 = TSimd.Load(b + bK), b1 = default, b2 = default, b3 = default;
                        if (TColumns.Value > 1) { b1 = TSimd.Load(b + bK + TSimd.Count); }
                        if (TColumns.Value > 2) { b2 = TSimd.Load(b + bK + (2 * TSimd.Count)); }
                        if (TColumns.Value > 3) { b3 = TSimd.Load(b + bK + (3 * TSimd.Count)); }
                        if (TRows.Value > 0) { AddRow(a0 + TRows.Value, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03); }
                        if (TRows.Value > 1) { AddRow(a0 + TRows.Value + 1, b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13); }
                        if (TRows.Value > 2) { AddRow(a0 + TRows.Value + 2, b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23); }
                        if (TRows.Value > 3) { AddRow(a0 + TRows.Value + 3, b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33); }
                        if (TRows.Value > 4) { AddRow(a0 + TRows.Value + 4, b0, b1, b2, b3, ref c40, ref c41, ref c42, ref c43); }
                        if (TRows.Value > 5) { AddRow(a0 + TRows.Value + 5, b0, b1, b2, b3, ref c50, ref c51, ref c52, ref c53); }
                        if (TRows.Value > 6) { AddRow(a0 + TRows.Value + 6, b0, b1, b2, ref c60, ref c61, ref c62); }
                        if (TRows.Value > 7) { AddRow(a0 + TRows.Value + 7, b0, b1, b2, ref c70, ref c71, ref c72); }
                        if (TRows.Value > 8) { AddRow(a0 + TRows.Value + 8, b0, b1, ref c80, ref c81); }
                        if (TRows.Value > 9) { AddRow(a0 + TRows.Value + 9, b0, b1, ref c90, ref c91); }
                        if (TRows.Value > 10) { AddRow(a0 + TRows.Value + 10, b0, b1, ref ca0, ref ca1); }
                        if (TRows.Value > 11) { AddRow(a0 + TRows.Value + 11, b0, b1, ref cb0, ref cb1); }
                    }

                    a0 += 2 * TRows.Value;
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
                if (TRows.Value > 0) { AddRow(a0, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03); }
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
            if (TRows.Value > 0) { c00 = TSimd.Add(TSimd.Load(s), c00); if (TColumns.Value > 1) { c01 = TSimd.Add(TSimd.Load(s + TSimd.Count), c01); } if (TColumns.Value > 2) { c02 = TSimd.Add(TSimd.Load(s + (2 * TSimd.Count)), c02); } if (TColumns.Value > 3) { c03 = TSimd.Add(TSimd.Load(s + (3 * TSimd.Count)), c03); } }
            if (TRows.Value > 1) { c10 = TSimd.Add(TSimd.Load(s + (1 * sRow)), c10); if (TColumns.Value > 1) { c11 = TSimd.Add(TSimd.Load(s + (1 * sRow) + TSimd.Count), c11); } if (TColumns.Value > 2) { c12 = TSimd.Add(TSimd.Load(s + (1 * sRow) + (2 * TSimd.Count)), c12); } if (TColumns.Value > 3) { c13 = TSimd.Add(TSimd.Load(s + (1 * sRow) + (3 * TSimd.Count)), c13); } }
            if (TRows.Value > 2) { c20 = TSimd.Add(TSimd.Load(s + (2 * sRow)), c20); if (TColumns.Value > 1) { c21 = TSimd.Add(TSimd.Load(s + (2 * sRow) + TSimd.Count), c21); } if (TColumns.Value > 2) { c22 = TSimd.Add(TSimd.Load(s + (2 * sRow) + (2 * TSimd.Count)), c22); } if (TColumns.Value > 3) { c23 = TSimd.Add(TSimd.Load(s + (2 * sRow) + (3 * TSimd.Count)), c23); } }
            if (TRows.Value > 3) { c30 = TSimd.Add(TSimd.Load(s + (3 * sRow)), c30); if (TColumns.Value > 1) { c31 = TSimd.Add(TSimd.Load(s + (3 * sRow) + TSimd.Count), c31); } if (TColumns.Value > 2) { c32 = TSimd.Add(TSimd.Load(s + (3 * sRow) + (2 * TSimd.Count)), c32); } if (TColumns.Value > 3) { c33 = TSimd.Add(TSimd.Load(s + (3 * sRow) + (3 * TSimd.Count)), c33); } }
            if (TRows.Value > 4) { c40 = TSimd.Add(TSimd.Load(s + (4 * sRow)), c40); if (TColumns.Value > 1) { c41 = TSimd.Add(TSimd.Load(s + (4 * sRow) + TSimd.Count), c41); } if (TColumns.Value > 2) { c42 = TSimd.Add(TSimd.Load(s + (4 * sRow) + (2 * TSimd.Count)), c42); } if (TColumns.Value > 3) { c43 = TSimd.Add(TSimd.Load(s + (4 * sRow) + (3 * TSimd.Count)), c43); } }
            if (TRows.Value > 5) { c50 = TSimd.Add(TSimd.Load(s + (5 * sRow)), c50); if (TColumns.Value > 1) { c51 = TSimd.Add(TSimd.Load(s + (5 * sRow) + TSimd.Count), c51); } if (TColumns.Value > 2) { c52 = TSimd.Add(TSimd.Load(s + (5 * sRow) + (2 * TSimd.Count)), c52); } if (TColumns.Value > 3) { c53 = TSimd.Add(TSimd.Load(s + (5 * sRow) + (3 * TSimd.Count)), c53); } }
            if (TRows.Value > 6) { c60 = TSimd.Add(TSimd.Load(s + (6 * sRow)), c60); if (TColumns.Value > 1) { c61 = TSimd.Add(TSimd.Load(s + (6 * sRow) + TSimd.Count), c61); } if (TColumns.Value > 2) { c62 = TSimd.Add(TSimd.Load(s + (6 * sRow) + (2 * TSimd.Count)), c62); } }
            if (TRows.Value > 7) { c70 = TSimd.Add(TSimd.Load(s + (7 * sRow)), c70); if (TColumns.Value > 1) { c71 = TSimd.Add(TSimd.Load(s + (7 * sRow) + TSimd.Count), c71); } if (TColumns.Value > 2) { c72 = TSimd.Add(TSimd.Load(s + (7 * sRow) + (2 * TSimd.Count)), c72); } }
            if (TRows.Value > 8) { c80 = TSimd.Add(TSimd.Load(s + (8 * sRow)), c80); if (TColumns.Value > 1) { c81 = TSimd.Add(TSimd.Load(s + (8 * sRow) + TSimd.Count), c81); } }
            if (TRows.Value > 9) { c90 = TSimd.Add(TSimd.Load(s + (9 * sRow)), c90); if (TColumns.Value > 1) { c91 = TSimd.Add(TSimd.Load(s + (9 * sRow) + TSimd.Count), c91); } }
            if (TRows.Value > 10) { ca0 = TSimd.Add(TSimd.Load(s + (10 * sRow)), ca0); if (TColumns.Value > 1) { ca1 = TSimd.Add(TSimd.Load(s + (10 * sRow) + TSimd.Count), ca1); } }
            if (TRows.Value > 11) { cb0 = TSimd.Add(TSimd.Load(s + (11 * sRow)), cb0); if (TColumns.Value > 1) { cb1 = TSimd.Add(TSimd.Load(s + (11 * sRow) + TSimd.Count), cb1); } }
        }

        float* c = arguments.C;
        nint cRow = arguments.CRowStride;
        if (TRows.Value > 0) { TSimd.Store(c, c00); if (TColumns.Value > 1) { TSimd.Store(c + TSimd.Count, c01); } if (TColumns.Value > 2) { TSimd.Store(c + (2 * TSimd.Count), c02); } if (TColumns.Value > 3) { TSimd.Store(c + (3 * TSimd.Count), c03); } }
        if (TRows.Value > 1) { TSimd.Store(c + (1 * cRow), c10); if (TColumns.Value > 1) { TSimd.Store(c + (1 * cRow) + TSimd.Count, c11); } if (TColumns.Value > 2) { TSimd.Store(c + (1 * cRow) + (2 * TSimd.Count), c12); } if (TColumns.Value > 3) { TSimd.Store(c + (1 * cRow) + (3 * TSimd.Count), c13); } }
        if (TRows.Value > 2) { TSimd.Store(c + (2 * cRow), c20); if (TColumns.Value > 1) { TSimd.Store(c + (2 * cRow) + TSimd.Count, c21); } if (TColumns.Value > 2) { TSimd.Store(c + (2 * cRow) + (2 * TSimd.Count), c22); } if (TColumns.Value > 3) { TSimd.Store(c + (2 * cRow) + (3 * TSimd.Count), c23); } }
        if (TRows.Value > 3) { TSimd.Store(c + (3 * cRow), c30); if (TColumns.Value > 1) { TSimd.Store(c + (3 * cRow) + TSimd.Count, c31); } if (TColumns.Value > 2) { TSimd.Store(c + (3 * cRow) + (2 * TSimd.Count), c32); } if (TColumns.Value > 3) { TSimd.Store(c + (3 * cRow) + (3 * TSimd.Count), c33); } }
        if (TRows.Value > 4) { TSimd.Store(c + (4 * cRow), c40); if (TColumns.Value > 1) { TSimd.Store(c + (4 * cRow) + TSimd.Count, c41); } if (TColumns.Value > 2) { TSimd.Store(c + (4 * cRow) + (2 * TSimd.Count), c42); } if (TColumns.Value > 3) { TSimd.Store(c + (4 * cRow) + (3 * TSimd.Count), c43); } }
        if (TRows.Value > 5) { TSimd.Store(c + (5 * cRow), c50); if (TColumns.Value > 1) { TSimd.Store(c + (5 * cRow) + TSimd.Count, c51); } if (TColumns.Value > 2) { TSimd.Store(c + (5 * cRow) + (2 * TSimd.Count), c52); } if (TColumns.Value > 3) { TSimd.Store(c + (5 * cRow) + (3 * TSimd.Count), c53); } }
        if (TRows.Value > 6) { TSimd.Store(c + (6 * cRow), c60); if (TColumns.Value > 1) { TSimd.Store(c + (6 * cRow) + TSimd.Count, c61); } if (TColumns.Value > 2) { TSimd.Store(c + (6 * cRow) + (2 * TSimd.Count), c62); } }
        if (TRows.Value > 7) { TSimd.Store(c + (7 * cRow), c70); if (TColumns.Value > 1) { TSimd.Store(c + (7 * cRow) + TSimd.Count, c71); } if (TColumns.Value > 2) { TSimd.Store(c + (7 * cRow) + (2 * TSimd.Count), c72); } }
        if (TRows.Value > 8) { TSimd.Store(c + (8 * cRow), c80); if (TColumns.Value > 1) { TSimd.Store(c + (8 * cRow) + TSimd.Count, c81); } }
        if (TRows.Value > 9) { TSimd.Store(c + (9 * cRow), c90); if (TColumns.Value > 1) { TSimd.Store(c + (9 * cRow) + TSimd.Count, c91); } }
        if (TRows.Value > 10) { TSimd.Store(c + (10 * cRow), ca0); if (TColumns.Value > 1) { TSimd.Store(c + (10 * cRow) + TSimd.Count, ca1); } }
        if (TRows.Value > 11) { TSimd.Store(c + (11 * cRow), cb0); if (TColumns.Value > 1) { TSimd.Store(c + (11 * cRow) + TSimd.Count, cb1); } }
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
}
