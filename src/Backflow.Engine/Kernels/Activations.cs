using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>exp, sigmoid and tanh on one vector.</summary>
/// <remarks>
/// All rest on eᶠ − 1 for |f| ≤ ½ ln 2, as f times the series Σ fⁿ/(n+1)! through f⁶: its remainder, f⁷/8!, stays
/// under 1.5·10⁻⁸, a quarter of a float's rounding. NaN stays NaN; ±∞ go to the limits.
/// </remarks>
internal static class Activations<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const float Log2OfE = 1.44269504088896341f;

    // 1.5·2²³ + 127: a sum of this size has no digits after the point, and its lowest bits are n + 127, the exponent of
    // 2ⁿ.
    private const float Rounder = 12_582_912f + 127f;

    // ln 2 split so that n·Ln2High is exact for |n| ≤ 2¹⁵: the reduced argument keeps full relative accuracy.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>
    /// eˣ; arguments are limited to [−87, 88], where a float neither overflows nor becomes subnormal.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        TVector limited = TSimd.MinKeepingNaN(TSimd.Broadcast(88f), TSimd.MaxKeepingNaN(TSimd.Broadcast(-87f), x));
        TVector rounded = TSimd.FusedMultiplyAdd(limited, TSimd.Broadcast(Log2OfE), TSimd.Broadcast(Rounder));
        TVector n = TSimd.Subtract(rounded, TSimd.Broadcast(Rounder));
        TVector power = TSimd.LowBitsAsExponent(rounded);
        return TSimd.FusedMultiplyAdd(power, ExpMinusOneReduced(limited, n), power);
    }

    /// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x)
    {
        TVector one = TSimd.Broadcast(1f);
        return TSimd.Reciprocal(TSimd.Add(one, Exp(TSimd.Subtract(default, x))));
    }

    /// <summary>tanh(x) = −E / (E + 2) with E = e^(−2|x|) − 1, the sign of x put back.</summary>
    /// <remarks>E is computed as such, not as e^(−2|x|) minus one: near 0 no digit cancels.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        TVector y = TSimd.MaxKeepingNaN(TSimd.Broadcast(-40f), TSimd.Multiply(TSimd.Abs(x), TSimd.Broadcast(-2f)));
        TVector rounded = TSimd.FusedMultiplyAdd(y, TSimd.Broadcast(Log2OfE), TSimd.Broadcast(Rounder));
        TVector n = TSimd.Subtract(rounded, TSimd.Broadcast(Rounder));
        TVector power = TSimd.LowBitsAsExponent(rounded);

        // 2ⁿ(q + 1) − 1 = 2ⁿ·q + (2ⁿ − 1), q = e^f − 1
        TVector e = TSimd.FusedMultiplyAdd(
            power, ExpMinusOneReduced(y, n), TSimd.Subtract(power, TSimd.Broadcast(1f)));
        TVector magnitude = TSimd.Multiply(
            TSimd.Subtract(default, e), TSimd.Reciprocal(TSimd.Add(e, TSimd.Broadcast(2f))));
        return TSimd.CopySign(magnitude, x);
    }

    /// <summary>eᶠ − 1 for f = x − n·ln 2, |f| ≤ ½ ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpMinusOneReduced(TVector x, TVector n)
    {
        TVector f = TSimd.FusedMultiplyAdd(n, TSimd.Broadcast(-Ln2High), x);
        f = TSimd.FusedMultiplyAdd(n, TSimd.Broadcast(-Ln2Low), f);

        // Horner's rule on Σ fⁿ/(n+1)!, n = 0 … 6: the remainder is f⁷/8! < 1.5·10⁻⁸ relative.
        TVector p = TSimd.Broadcast(1f / 5040);
        p = TSimd.FusedMultiplyAdd(p, f, TSimd.Broadcast(1f / 720));
        p = TSimd.FusedMultiplyAdd(p, f, TSimd.Broadcast(1f / 120));
        p = TSimd.FusedMultiplyAdd(p, f, TSimd.Broadcast(1f / 24));
        p = TSimd.FusedMultiplyAdd(p, f, TSimd.Broadcast(1f / 6));
        p = TSimd.FusedMultiplyAdd(p, f, TSimd.Broadcast(0.5f));
        p = TSimd.FusedMultiplyAdd(p, f, TSimd.Broadcast(1f));
        return TSimd.Multiply(p, f);
    }
}
