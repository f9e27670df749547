using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>The register tile under every matrix product: a few rows times one or two vectors of columns.</summary>
/// <remarks>
/// <code>
///              b[k]   ── two vectors of columns ──▶
///   a[0][k]    c0l  c0h      Every accumulator stays in a register over the whole sum.
///   a[1][k]    c1l  c1h      Per k: two loads of b, one broadcast of a per row, 2·rows multiply-adds.
///      ⋮        ⋮    ⋮
///   a[11][k]   cbl  cbh
/// </code>
/// Each element is source + (Σₖ a·b in ascending k), one fused rounding per term, whatever the number of rows or columns
/// of its tile: how a product is cut into tiles, and so among threads, never changes a bit of it. The
/// accumulators are named locals because arrays of vectors end up in memory; those beyond
/// <typeparamref name="TRows"/>, and the high half where <typeparamref name="TColumns"/> is one vector, vanish at
/// compilation.
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
        nint aK = arguments.AStepStride;
        nint bK = arguments.BStride;
        TVector c0l = default, c0h = default;
        TVector c1l = default, c1h = default;
        TVector c2l = default, c2h = default;
        TVector c3l = default, c3h = default;
        TVector c4l = default, c4h = default;
        TVector c5l = default, c5h = default;
        TVector c6l = default, c6h = default;
        TVector c7l = default, c7h = default;
        TVector c8l = default, c8h = default;
        TVector c9l = default, c9h = default;
        TVector cal = default, cah = default;
        TVector cbl = default, cbh = default;

        for (nint segment = arguments.Segments; segment > 0; segment--)
        {
            // Row pointers in groups of four: x86 addresses one base plus one scaled register.
            float* a0 = a;
            float* a4 = a + (4 * aRow);
            float* a8 = a + (8 * aRow);
            for (nint k = arguments.SegmentLength; k > 0; k--)
            {
                TVector bl = TSimd.Load(b);
                TVector bh = TColumns.Value > 1 ? TSimd.Load(b + TSimd.Count) : default;
                if (TRows.Value > 0) { TVector x = TSimd.Broadcast(*a0); c0l = TSimd.FusedMultiplyAdd(x, bl, c0l); if (TColumns.Value > 1) { c0h = TSimd.FusedMultiplyAdd(x, bh, c0h); } }
                if (TRows.Value > 1) { TVector x = TSimd.Broadcast(*(a0 + aRow)); c1l = TSimd.FusedMultiplyAdd(x, bl, c1l); if (TColumns.Value > 1) { c1h = TSimd.FusedMultiplyAdd(x, bh, c1h); } }
                if (TRows.Value > 2) { TVector x = TSimd.Broadcast(*(a0 + (2 * aRow))); c2l = TSimd.FusedMultiplyAdd(x, bl, c2l); if (TColumns.Value > 1) { c2h = TSimd.FusedMultiplyAdd(x, bh, c2h); } }
                if (TRows.Value > 3) { TVector x = TSimd.Broadcast(*(a0 + (3 * aRow))); c3l = TSimd.FusedMultiplyAdd(x, bl, c3l); if (TColumns.Value > 1) { c3h = TSimd.FusedMultiplyAdd(x, bh, c3h); } }
                if (TRows.Value > 4) { TVector x = TSimd.Broadcast(*a4); c4l = TSimd.FusedMultiplyAdd(x, bl, c4l); if (TColumns.Value > 1) { c4h = TSimd.FusedMultiplyAdd(x, bh, c4h); } }
                if (TRows.Value > 5) { TVector x = TSimd.Broadcast(*(a4 + aRow)); c5l = TSimd.FusedMultiplyAdd(x, bl, c5l); if (TColumns.Value > 1) { c5h = TSimd.FusedMultiplyAdd(x, bh, c5h); } }
                if (TRows.Value > 6) { TVector x = TSimd.Broadcast(*(a4 + (2 * aRow))); c6l = TSimd.FusedMultiplyAdd(x, bl, c6l); if (TColumns.Value > 1) { c6h = TSimd.FusedMultiplyAdd(x, bh, c6h); } }
                if (TRows.Value > 7) { TVector x = TSimd.Broadcast(*(a4 + (3 * aRow))); c7l = TSimd.FusedMultiplyAdd(x, bl, c7l); if (TColumns.Value > 1) { c7h = TSimd.FusedMultiplyAdd(x, bh, c7h); } }
                if (TRows.Value > 8) { TVector x = TSimd.Broadcast(*a8); c8l = TSimd.FusedMultiplyAdd(x, bl, c8l); if (TColumns.Value > 1) { c8h = TSimd.FusedMultiplyAdd(x, bh, c8h); } }
                if (TRows.Value > 9) { TVector x = TSimd.Broadcast(*(a8 + aRow)); c9l = TSimd.FusedMultiplyAdd(x, bl, c9l); if (TColumns.Value > 1) { c9h = TSimd.FusedMultiplyAdd(x, bh, c9h); } }
                if (TRows.Value > 10) { TVector x = TSimd.Broadcast(*(a8 + (2 * aRow))); cal = TSimd.FusedMultiplyAdd(x, bl, cal); if (TColumns.Value > 1) { cah = TSimd.FusedMultiplyAdd(x, bh, cah); } }
                if (TRows.Value > 11) { TVector x = TSimd.Broadcast(*(a8 + (3 * aRow))); cbl = TSimd.FusedMultiplyAdd(x, bl, cbl); if (TColumns.Value > 1) { cbh = TSimd.FusedMultiplyAdd(x, bh, cbh); } }
                a0 += aK;
                a4 += aK;
                a8 += aK;
                b += bK;
            }

            a += arguments.ASegmentStride;
        }

        // Last, not first: a sum that starts from a large source rounds every one of its terms at the source's size.
        if (arguments.Source != null)
        {
            float* s = arguments.Source;
            nint sRow = arguments.SourceRowStride;
            if (TRows.Value > 0) { c0l = TSimd.Add(TSimd.Load(s), c0l); if (TColumns.Value > 1) { c0h = TSimd.Add(TSimd.Load(s + TSimd.Count), c0h); } }
            if (TRows.Value > 1) { c1l = TSimd.Add(TSimd.Load(s + (1 * sRow)), c1l); if (TColumns.Value > 1) { c1h = TSimd.Add(TSimd.Load(s + (1 * sRow) + TSimd.Count), c1h); } }
            if (TRows.Value > 2) { c2l = TSimd.Add(TSimd.Load(s + (2 * sRow)), c2l); if (TColumns.Value > 1) { c2h = TSimd.Add(TSimd.Load(s + (2 * sRow) + TSimd.Count), c2h); } }
            if (TRows.Value > 3) { c3l = TSimd.Add(TSimd.Load(s + (3 * sRow)), c3l); if (TColumns.Value > 1) { c3h = TSimd.Add(TSimd.Load(s + (3 * sRow) + TSimd.Count), c3h); } }
            if (TRows.Value > 4) { c4l = TSimd.Add(TSimd.Load(s + (4 * sRow)), c4l); if (TColumns.Value > 1) { c4h = TSimd.Add(TSimd.Load(s + (4 * sRow) + TSimd.Count), c4h); } }
            if (TRows.Value > 5) { c5l = TSimd.Add(TSimd.Load(s + (5 * sRow)), c5l); if (TColumns.Value > 1) { c5h = TSimd.Add(TSimd.Load(s + (5 * sRow) + TSimd.Count), c5h); } }
            if (TRows.Value > 6) { c6l = TSimd.Add(TSimd.Load(s + (6 * sRow)), c6l); if (TColumns.Value > 1) { c6h = TSimd.Add(TSimd.Load(s + (6 * sRow) + TSimd.Count), c6h); } }
            if (TRows.Value > 7) { c7l = TSimd.Add(TSimd.Load(s + (7 * sRow)), c7l); if (TColumns.Value > 1) { c7h = TSimd.Add(TSimd.Load(s + (7 * sRow) + TSimd.Count), c7h); } }
            if (TRows.Value > 8) { c8l = TSimd.Add(TSimd.Load(s + (8 * sRow)), c8l); if (TColumns.Value > 1) { c8h = TSimd.Add(TSimd.Load(s + (8 * sRow) + TSimd.Count), c8h); } }
            if (TRows.Value > 9) { c9l = TSimd.Add(TSimd.Load(s + (9 * sRow)), c9l); if (TColumns.Value > 1) { c9h = TSimd.Add(TSimd.Load(s + (9 * sRow) + TSimd.Count), c9h); } }
            if (TRows.Value > 10) { cal = TSimd.Add(TSimd.Load(s + (10 * sRow)), cal); if (TColumns.Value > 1) { cah = TSimd.Add(TSimd.Load(s + (10 * sRow) + TSimd.Count), cah); } }
            if (TRows.Value > 11) { cbl = TSimd.Add(TSimd.Load(s + (11 * sRow)), cbl); if (TColumns.Value > 1) { cbh = TSimd.Add(TSimd.Load(s + (11 * sRow) + TSimd.Count), cbh); } }
        }

        float* c = arguments.C;
        nint cRow = arguments.CRowStride;
        if (TRows.Value > 0) { TSimd.Store(c, c0l); if (TColumns.Value > 1) { TSimd.Store(c + TSimd.Count, c0h); } }
        if (TRows.Value > 1) { TSimd.Store(c + (1 * cRow), c1l); if (TColumns.Value > 1) { TSimd.Store(c + (1 * cRow) + TSimd.Count, c1h); } }
        if (TRows.Value > 2) { TSimd.Store(c + (2 * cRow), c2l); if (TColumns.Value > 1) { TSimd.Store(c + (2 * cRow) + TSimd.Count, c2h); } }
        if (TRows.Value > 3) { TSimd.Store(c + (3 * cRow), c3l); if (TColumns.Value > 1) { TSimd.Store(c + (3 * cRow) + TSimd.Count, c3h); } }
        if (TRows.Value > 4) { TSimd.Store(c + (4 * cRow), c4l); if (TColumns.Value > 1) { TSimd.Store(c + (4 * cRow) + TSimd.Count, c4h); } }
        if (TRows.Value > 5) { TSimd.Store(c + (5 * cRow), c5l); if (TColumns.Value > 1) { TSimd.Store(c + (5 * cRow) + TSimd.Count, c5h); } }
        if (TRows.Value > 6) { TSimd.Store(c + (6 * cRow), c6l); if (TColumns.Value > 1) { TSimd.Store(c + (6 * cRow) + TSimd.Count, c6h); } }
        if (TRows.Value > 7) { TSimd.Store(c + (7 * cRow), c7l); if (TColumns.Value > 1) { TSimd.Store(c + (7 * cRow) + TSimd.Count, c7h); } }
        if (TRows.Value > 8) { TSimd.Store(c + (8 * cRow), c8l); if (TColumns.Value > 1) { TSimd.Store(c + (8 * cRow) + TSimd.Count, c8h); } }
        if (TRows.Value > 9) { TSimd.Store(c + (9 * cRow), c9l); if (TColumns.Value > 1) { TSimd.Store(c + (9 * cRow) + TSimd.Count, c9h); } }
        if (TRows.Value > 10) { TSimd.Store(c + (10 * cRow), cal); if (TColumns.Value > 1) { TSimd.Store(c + (10 * cRow) + TSimd.Count, cah); } }
        if (TRows.Value > 11) { TSimd.Store(c + (11 * cRow), cbl); if (TColumns.Value > 1) { TSimd.Store(c + (11 * cRow) + TSimd.Count, cbh); } }
    }
}
