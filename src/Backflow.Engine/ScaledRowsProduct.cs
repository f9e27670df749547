using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>C (+)= A·M, where the rows of M are sums of scaled rows of a matrix.</summary>
/// <remarks>
/// <code>
/// block b of M = Σ diag(factor)·(block g of the matrix), over the terms (b, g, factor)
/// </code>
/// For measurements that push many gradients through the same weights at once. The Jacobian of a gated cell is such a
/// sum: ∂L/∂hₜ₋₁ = ∂L/∂hₜ·Σ diag(factor)·R_gate. Adding up the gates' blocks costs as much as one gradient's way
/// through all gates; every gradient then needs one block where it had needed G. A strip of M is made, multiplied by
/// while it is in the first-level cache, and overwritten by the next.
/// </remarks>
public sealed unsafe class ScaledRowsProduct
{
    private readonly StripKernels _kernels;
    private readonly PackedMatrix _blocks;
    private readonly ScaledRows[] _terms;
    private readonly int _blockRows;
    private readonly int _targets;
    private readonly AlignedBuffer _strip;
    private readonly AlignedBuffer _columnFactors;
    private readonly float[] _ones;

    /// <summary>Prepares products with sums of scaled rows.</summary>
    /// <param name="rowMajor">Blocks of rows, one below the other: R or W in PyTorch's order.</param>
    /// <param name="columns">Columns of the matrix and of the product.</param>
    /// <param name="blockRows">Rows of a block, H.</param>
    /// <param name="terms">The terms of M; every block of M has at least one whose source is not the identity.</param>
    public ScaledRowsProduct(
        ReadOnlySpan<float> rowMajor, int columns, int blockRows, params ReadOnlySpan<ScaledRows> terms)
        : this(KernelSet.Widest, new PackedMatrix(rowMajor, rowMajor.Length / columns, columns), blockRows, terms)
    {
    }

    /// <summary>Prepares products with a matrix as it is.</summary>
    /// <param name="rowMajor">M.</param>
    /// <param name="columns">Columns of M and of the product.</param>
    public ScaledRowsProduct(ReadOnlySpan<float> rowMajor, int columns)
        : this(rowMajor, columns, rowMajor.Length / columns, new ScaledRows(Target: 0, Source: 0, Factor: 0))
    {
    }

    internal ScaledRowsProduct(
        KernelSet kernels, PackedMatrix blocks, int blockRows, params ReadOnlySpan<ScaledRows> terms)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        _kernels = kernels.Strips;
        _blocks = blocks;
        _blockRows = blockRows;

        // Terms with a source first: the first of each block overwrites what the last strip left.
        _terms = [.. terms.ToArray().OrderBy(static term => term.Source == ScaledRows.Identity)];
        _targets = _terms.Max(static term => term.Target) + 1;
        for (int target = 0; target < _targets; target++)
        {
            if (!Array.Exists(_terms, term => term.Target == target && term.Source != ScaledRows.Identity))
            {
                throw new ArgumentException($"Block {target} of M has no rows of the matrix.", nameof(terms));
            }
        }

        _strip = new AlignedBuffer(_targets * blockRows * PackedMatrix.StripColumns);
        _columnFactors = new AlignedBuffer(blocks.Stride);
        _ones = new float[(_terms.Max(static term => term.Factor) + 1) * blockRows];
        _ones.AsSpan().Fill(1);
    }

    /// <summary>Floats of a block in a row of A, or of a row of C: a number rounded up to whole vectors.</summary>
    /// <param name="numbers">Rows of a block, or columns.</param>
    /// <returns>The next multiple of 16.</returns>
    public static int Pad(int numbers) => PanelLayout.Pad(numbers);

    /// <summary>C = A·M·diag(columnFactors), or C += that.</summary>
    /// <param name="a">A: rows of as many blocks as M has, each of H floats padded to a multiple of 16.</param>
    /// <param name="aStride">Floats from one row of A to the next.</param>
    /// <param name="aRows">Rows of A and C, at least 1.</param>
    /// <param name="factors">[factors, H], or empty for ones.</param>
    /// <param name="columnFactors">[columns], or empty for ones.</param>
    /// <param name="c">C; the columns up to a multiple of 16 become or stay zero.</param>
    /// <param name="cStride">Floats from one row of C to the next.</param>
    /// <param name="accumulate">Whether to add to C or to overwrite it.</param>
    public void Multiply(
        ReadOnlySpan<float> a,
        int aStride,
        int aRows,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<float> columnFactors,
        Span<float> c,
        int cStride,
        bool accumulate)
    {
        factors = factors.IsEmpty ? _ones : factors;
        int blockStride = PanelLayout.Pad(_blockRows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(aRows);
        ArgumentOutOfRangeException.ThrowIfLessThan(
            a.Length, ((aRows - 1) * aStride) + ((_targets - 1) * blockStride) + _blockRows, nameof(a));
        ArgumentOutOfRangeException.ThrowIfLessThan(factors.Length, _ones.Length, nameof(factors));
        ArgumentOutOfRangeException.ThrowIfLessThan(c.Length, ((aRows - 1) * cStride) + _blocks.Stride, nameof(c));
        columnFactors.CopyTo(_columnFactors.Span);
        fixed (float* aPointer = a, factorPointer = factors, cPointer = c)
        {
            for (int column = 0; column < _blocks.Stride; column += PackedMatrix.StripColumns)
            {
                int width = Math.Min(PackedMatrix.StripColumns, _blocks.Stride - column);
                MakeStrip(column, width, factorPointer, !columnFactors.IsEmpty);
                _kernels.Multiply(aRows, width, new MatrixTileArguments
                {
                    A = aPointer,
                    ARowStride = aStride,
                    AStepStride = 1,
                    ASegmentStride = blockStride,
                    Segments = _targets,
                    SegmentLength = _blockRows,
                    B = _strip.Pointer,
                    BStride = width,
                    Source = accumulate ? cPointer + column : null,
                    SourceRowStride = cStride,
                    C = cPointer + column,
                    CRowStride = cStride,
                });
            }
        }
    }

    private void MakeStrip(int column, int width, float* factors, bool scaleColumns)
    {
        int started = 0;
        float* source = _blocks.Strip(column);
        foreach (ScaledRows term in _terms)
        {
            float* factor = factors + (term.Factor * _blockRows);
            float* target = _strip.Pointer + (term.Target * _blockRows * width);
            if (term.Source == ScaledRows.Identity)
            {
                for (int j = column; j < Math.Min(column + width, _blockRows); j++)
                {
                    target[(j * width) + j - column] += factor[j];
                }

                continue;
            }

            bool accumulate = (started & (1 << term.Target)) != 0;
            _kernels.AddScaledRows(
                source + (term.Source * _blockRows * width), factor, _blockRows, width, target, accumulate);
            started |= 1 << term.Target;
        }

        if (scaleColumns)
        {
            _kernels.ScaleColumns(_strip.Pointer, _targets * _blockRows, width, _columnFactors.Pointer + column);
        }
    }
}
