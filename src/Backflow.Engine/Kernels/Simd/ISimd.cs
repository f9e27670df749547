namespace Backflow.Engine.Kernels;

/// <summary>The operations that the kernels need of one vector width.</summary>
/// <typeparam name="TVector">The vector of that width, used as it is so that the JIT keeps it in a
/// register.</typeparam>
/// <remarks>
/// Kernels are written once, over this interface. A struct type parameter with static abstract members is specialised
/// completely by the JIT: no call, no branch on the width remains.
/// </remarks>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Floats in one vector.</summary>
    static abstract int Count { get; }

    /// <summary>Accumulators of the matrix tile: what fits the register file beside a row of columns.</summary>
    static abstract int Accumulators { get; }

    /// <summary>Vectors of columns of the widest matrix tile.</summary>
    static abstract int TileVectors { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(float* destination, TVector value);

    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>1 / value for finite value ≥ 2⁻¹²⁶, to a unit in the last place. NaN stays NaN.</summary>
    static abstract TVector Reciprocal(TVector value);

    /// <summary>
    /// Numbers too small to matter become 0: those below 2⁻¹⁰⁰ ≈ 8·10⁻³¹ in magnitude. NaN stays NaN.
    /// </summary>
    /// <remarks>
    /// Products of smaller numbers with weights would be subnormal, and each of those costs the processor over a
    /// hundred cycles. What is flushed shows as 0 in every norm: docs/decisions/subnormal-numbers.md.
    /// </remarks>
    static abstract TVector FlushTiny(TVector value);

    /// <summary>left · right + addend, rounded once; twice where the processor has no fused multiply-add.</summary>
    static abstract TVector FusedMultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>The larger of both; a NaN in <paramref name="value"/> is kept.</summary>
    static abstract TVector MaxKeepingNaN(TVector bound, TVector value);

    /// <summary>The smaller of both; a NaN in <paramref name="value"/> is kept.</summary>
    static abstract TVector MinKeepingNaN(TVector bound, TVector value);

    static abstract TVector Abs(TVector value);

    static abstract TVector Sqrt(TVector value);

    /// <summary>The magnitude of one operand with the sign of the other.</summary>
    static abstract TVector CopySign(TVector magnitude, TVector sign);

    /// <summary>
    /// The positive power of two whose biased exponent is in the lowest eight bits of a float's pattern.
    /// </summary>
    static abstract TVector LowBitsAsExponent(TVector value);

    /// <summary>1 where value &gt; 0, else 0.</summary>
    static abstract TVector IsPositive(TVector value);

    static abstract float Sum(TVector value);

    /// <summary>Four floats of each of <see cref="Count"/> / 4 rows, side by side.</summary>
    /// <param name="source">The first row's.</param>
    /// <param name="stride">Floats from one of these rows to the next.</param>
    static abstract TVector LoadQuads(float* source, nint stride);

    /// <summary>Transposes the blocks of 4 × 4 that quads at the same place form.</summary>
    static abstract void TransposeQuads(ref TVector a, ref TVector b, ref TVector c, ref TVector d);
}
