using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Backflow.Engine.Kernels;

/// <summary>Vectors of 512 bits: 16 floats.</summary>
internal readonly unsafe struct Simd512 : ISimd<Vector512<float>>
{
    /// <summary>2⁻¹⁰⁰.</summary>
    private const float Tiny = 7.8886091e-31f;

    public static int Count => 16;

    public static int Accumulators => 24;

    public static int TileVectors => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Vector512<float> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> left, Vector512<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> left, Vector512<float> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> left, Vector512<float> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Reciprocal(Vector512<float> value)
    {
        if (!Avx512F.IsSupported)
        {
            return Vector512<float>.One / value;
        }

        // One Newton step takes the estimate from 14 bits to 28; a division would occupy its unit for 16 cycles.
        Vector512<float> estimate = Avx512F.Reciprocal14(value);
        Vector512<float> error = Vector512.FusedMultiplyAdd(-value, estimate, Vector512<float>.One);
        return Vector512.FusedMultiplyAdd(estimate, error, estimate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FlushTiny(Vector512<float> value) => Vector512.ConditionalSelect(
        Vector512.LessThan(Vector512.Abs(value), Vector512.Create(Tiny)), Vector512<float>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FusedMultiplyAdd(
        Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Vector512.FusedMultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MaxKeepingNaN(Vector512<float> bound, Vector512<float> value) =>
        Vector512.MaxNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MinKeepingNaN(Vector512<float> bound, Vector512<float> value) =>
        Vector512.MinNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Abs(Vector512<float> value) => Vector512.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sqrt(Vector512<float> value) => Vector512.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> CopySign(Vector512<float> magnitude, Vector512<float> sign) =>
        Vector512.CopySign(magnitude, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LowBitsAsExponent(Vector512<float> value) =>
        Vector512.ShiftLeft(value.AsInt32(), 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> IsPositive(Vector512<float> value) =>
        Vector512.GreaterThan(value, Vector512<float>.Zero) & Vector512.Create(1f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> value) => Vector512.Sum(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadQuads(float* source, nint stride) =>
        Vector512.Create(
            Simd256.LoadQuads(source, stride), Simd256.LoadQuads(source + (2 * stride), stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeQuads(
        ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c, ref Vector512<float> d)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<double> abLow = Avx512F.UnpackLow(a, b).AsDouble();
            Vector512<double> abHigh = Avx512F.UnpackHigh(a, b).AsDouble();
            Vector512<double> cdLow = Avx512F.UnpackLow(c, d).AsDouble();
            Vector512<double> cdHigh = Avx512F.UnpackHigh(c, d).AsDouble();
            a = Avx512F.UnpackLow(abLow, cdLow).AsSingle();
            b = Avx512F.UnpackHigh(abLow, cdLow).AsSingle();
            c = Avx512F.UnpackLow(abHigh, cdHigh).AsSingle();
            d = Avx512F.UnpackHigh(abHigh, cdHigh).AsSingle();
            return;
        }

        (Vector256<float> la, Vector256<float> lb, Vector256<float> lc, Vector256<float> ld) =
            (a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower());
        (Vector256<float> ua, Vector256<float> ub, Vector256<float> uc, Vector256<float> ud) =
            (a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper());
        Simd256.TransposeQuads(ref la, ref lb, ref lc, ref ld);
        Simd256.TransposeQuads(ref ua, ref ub, ref uc, ref ud);
        (a, b) = (Vector512.Create(la, ua), Vector512.Create(lb, ub));
        (c, d) = (Vector512.Create(lc, uc), Vector512.Create(ld, ud));
    }
}
