using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Backflow.Engine.Kernels;

/// <summary>Vectors of 256 bits: 8 floats.</summary>
internal readonly unsafe struct Simd256 : ISimd<Vector256<float>>
{
    /// <summary>2⁻¹⁰⁰.</summary>
    private const float Tiny = 7.8886091e-31f;

    public static int Count => 8;

    public static int Accumulators => 12;

    public static int TileVectors => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Vector256<float> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> left, Vector256<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> left, Vector256<float> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Divide(Vector256<float> left, Vector256<float> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Reciprocal(Vector256<float> value)
    {
        if (!Avx512F.VL.IsSupported)
        {
            return Vector256<float>.One / value;
        }

        // One Newton step takes the estimate from 14 bits to 28; a division would occupy its unit for 8 cycles.
        Vector256<float> estimate = Avx512F.VL.Reciprocal14(value);
        Vector256<float> error = Vector256.FusedMultiplyAdd(-value, estimate, Vector256<float>.One);
        return Vector256.FusedMultiplyAdd(estimate, error, estimate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FlushTiny(Vector256<float> value) => Vector256.ConditionalSelect(
        Vector256.LessThan(Vector256.Abs(value), Vector256.Create(Tiny)), Vector256<float>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FusedMultiplyAdd(
        Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Vector256.FusedMultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MaxKeepingNaN(Vector256<float> bound, Vector256<float> value) =>
        Vector256.MaxNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MinKeepingNaN(Vector256<float> bound, Vector256<float> value) =>
        Vector256.MinNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Abs(Vector256<float> value) => Vector256.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sqrt(Vector256<float> value) => Vector256.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> CopySign(Vector256<float> magnitude, Vector256<float> sign) =>
        Vector256.CopySign(magnitude, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LowBitsAsExponent(Vector256<float> value) =>
        Vector256.ShiftLeft(value.AsInt32(), 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> IsPositive(Vector256<float> value) =>
        Vector256.GreaterThan(value, Vector256<float>.Zero) & Vector256.Create(1f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> value) => Vector256.Sum(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadQuads(float* source, nint stride) =>
        Vector256.Create(Vector128.Load(source), Vector128.Load(source + stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeQuads(
        ref Vector256<float> a, ref Vector256<float> b, ref Vector256<float> c, ref Vector256<float> d)
    {
        if (Avx.IsSupported)
        {
            Vector256<double> abLow = Avx.UnpackLow(a, b).AsDouble();
            Vector256<double> abHigh = Avx.UnpackHigh(a, b).AsDouble();
            Vector256<double> cdLow = Avx.UnpackLow(c, d).AsDouble();
            Vector256<double> cdHigh = Avx.UnpackHigh(c, d).AsDouble();
            a = Avx.UnpackLow(abLow, cdLow).AsSingle();
            b = Avx.UnpackHigh(abLow, cdLow).AsSingle();
            c = Avx.UnpackLow(abHigh, cdHigh).AsSingle();
            d = Avx.UnpackHigh(abHigh, cdHigh).AsSingle();
            return;
        }

        (Vector128<float> la, Vector128<float> lb, Vector128<float> lc, Vector128<float> ld) =
            (a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower());
        (Vector128<float> ua, Vector128<float> ub, Vector128<float> uc, Vector128<float> ud) =
            (a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper());
        Simd128.TransposeQuads(ref la, ref lb, ref lc, ref ld);
        Simd128.TransposeQuads(ref ua, ref ub, ref uc, ref ud);
        (a, b) = (Vector256.Create(la, ua), Vector256.Create(lb, ub));
        (c, d) = (Vector256.Create(lc, uc), Vector256.Create(ld, ud));
    }
}
