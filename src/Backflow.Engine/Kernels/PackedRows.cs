using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>Room for the packed operands of one thread's weight gradients.</summary>
/// <remarks>
/// <code>
/// left     rows of x, of hₜ₋₁, and of r ⊙ hₜ₋₁ where the cell multiplies by it:   see PackedLeft
/// strip    rows of dA, one panel:   [row][columns of the panel]
/// sums     of each column of the strip
/// </code>
/// A weight gradient sums over thousands of rows that lie a kilobyte apart in their buffers. Packed, both operands are
/// read from front to back: the strip from the first-level cache, the left operands from the second. One strip serves
/// ∂L/∂W, ∂L/∂R and both biases.
/// </remarks>
internal sealed unsafe class PackedRows
{
    /// <summary>Rows summed before the partial sum is added to the whole.</summary>
    /// <remarks>Rounding errors grow with the root of a sum's length, so long sums are taken in two levels.</remarks>
    public const int BlockRows = 128;

    /// <summary>Columns of the widest panel.</summary>
    private const int StripColumns = 64;

    private readonly AlignedBuffer _strip = new(BlockRows * StripColumns);
    private readonly AlignedBuffer _sums = new(StripColumns);
    private readonly AlignedBuffer _tiles;

    /// <summary>Allocates room for left operands of up to some columns.</summary>
    /// <param name="largestLeft">Columns.</param>
    /// <param name="usesTiles">Whether operands of <see cref="TileProduct"/> will be packed.</param>
    public PackedRows(int largestLeft, bool usesTiles)
    {
        Input = new PackedLeft(largestLeft, usesTiles);
        State = new PackedLeft(largestLeft, usesTiles);
        MaskedState = new PackedLeft(largestLeft, usesTiles);
        _tiles = new AlignedBuffer(usesTiles ? TileOperand.Floats(StripColumns, BlockRows) : 0);
    }

    /// <summary>Rows of x.</summary>
    public PackedLeft Input { get; }

    /// <summary>Rows of hₜ₋₁.</summary>
    public PackedLeft State { get; }

    /// <summary>Rows of r ⊙ hₜ₋₁.</summary>
    public PackedLeft MaskedState { get; }

    /// <summary>The strip as an operand of <see cref="TileProduct"/>.</summary>
    public byte* StripTiles => (byte*)_tiles.Pointer;

    /// <summary>The packed strip.</summary>
    public float* Strip => _strip.Pointer;

    /// <summary>Floats from one row of the strip to the next.</summary>
    public int StripStride { get; private set; }

    /// <summary>Rows of the strip.</summary>
    public int Rows { get; private set; }

    /// <summary>Packs one strip of the right operand and adds up its columns on the way.</summary>
    /// <param name="right">The strip's first row.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="columns">A multiple of 16, at most 64.</param>
    /// <param name="rows">Rows, at most <see cref="BlockRows"/>.</param>
    /// <param name="asTiles">Whether <see cref="StripTiles"/> is wanted too.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PackStrip<TSimd, TVector>(float* right, int stride, int columns, int rows, bool asTiles = false)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        StripStride = columns;
        Rows = rows;
        int column = 0;
        for (; column + (4 * TSimd.Count) <= columns; column += 4 * TSimd.Count)
        {
            PackVectors<TSimd, TVector, N4>(right + column, stride, column);
        }

        for (; column < columns; column += TSimd.Count)
        {
            PackVectors<TSimd, TVector, N1>(right + column, stride, column);
        }

        if (asTiles)
        {
            TileOperand.PackRight(Strip, columns, rows, columns, StripTiles);
        }
    }

    /// <summary>Adds sums of the strip's columns to a bias gradient, or puts them there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddSums<TSimd, TVector>(int firstColumn, int columns, float* target, bool accumulate)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (int column = 0; column < columns; column += TSimd.Count)
        {
            TVector sum = TSimd.Load(_sums.Pointer + firstColumn + column);
            TSimd.Store(target + column, accumulate ? TSimd.Add(TSimd.Load(target + column), sum) : sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackVectors<TSimd, TVector, TColumns>(float* right, int stride, int column)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
        where TColumns : struct, IConstant
    {
        float* target = Strip + column;
        TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (int row = 0; row < Rows; row++)
        {
            sum0 = CopyAndAdd<TSimd, TVector>(right, target, StripStride, sum0);
            if (TColumns.Value == 4)
            {
                sum1 = CopyAndAdd<TSimd, TVector>(right + TSimd.Count, target + TSimd.Count, StripStride, sum1);
                sum2 = CopyAndAdd<TSimd, TVector>(
                    right + (2 * TSimd.Count), target + (2 * TSimd.Count), StripStride, sum2);
                sum3 = CopyAndAdd<TSimd, TVector>(
                    right + (3 * TSimd.Count), target + (3 * TSimd.Count), StripStride, sum3);
            }

            right += stride;
            target += StripStride;
        }

        float* sums = _sums.Pointer + column;
        TSimd.Store(sums, sum0);
        if (TColumns.Value == 4)
        {
            TSimd.Store(sums + TSimd.Count, sum1);
            TSimd.Store(sums + (2 * TSimd.Count), sum2);
            TSimd.Store(sums + (3 * TSimd.Count), sum3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector CopyAndAdd<TSimd, TVector>(float* source, float* target, int ahead, TVector sum)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        CacheLine.Prefetch(source + ahead);
        TVector value = TSimd.Load(source);
        TSimd.Store(target, value);
        return TSimd.Add(sum, value);
    }
}
