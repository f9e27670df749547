using System.Runtime.CompilerServices;
using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>An activation and its derivative in terms of its output.</summary>
internal interface IActivation<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    static abstract TVector Invoke(TVector x);

    static abstract TVector Derivative(TVector y);
}

/// <summary>tanh, and 1 − y².</summary>
internal readonly struct TanhActivation<TSimd, TVector> : IActivation<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke(TVector x) => Activations<TSimd, TVector>.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derivative(TVector y) => TSimd.Subtract(TSimd.Broadcast(1), TSimd.Multiply(y, y));
}

/// <summary>max(0, x), and 1 where y &gt; 0, else 0 (as PyTorch at 0).</summary>
internal readonly struct ReluActivation<TSimd, TVector> : IActivation<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke(TVector x) => TSimd.MaxKeepingNaN(default, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derivative(TVector y) => TSimd.IsPositive(y);
}

/// <summary>σ, and y(1 − y).</summary>
internal readonly struct SigmoidActivation<TSimd, TVector> : IActivation<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke(TVector x) => Activations<TSimd, TVector>.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derivative(TVector y) => TSimd.Multiply(y, TSimd.Subtract(TSimd.Broadcast(1), y));
}

/// <summary>x, and 1.</summary>
internal readonly struct IdentityActivation<TSimd, TVector> : IActivation<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke(TVector x) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derivative(TVector y) => TSimd.Broadcast(1);
}
