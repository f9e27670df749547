using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Backflow.Engine;
using Backflow.Engine.Kernels;
using BenchmarkDotNet.Attributes;

namespace Backflow.Benchmarks;

/// <summary>The gates' nonlinearities over 4096 numbers in the first-level cache.</summary>
public class ActivationBenchmarks
{
    private const int Length = 4096;

    private readonly AlignedBuffer _x = Buffers.Gaussian(Length);
    private readonly AlignedBuffer _y = new(Length);

    /// <summary>Bits of a vector.</summary>
    [ParamsSource(nameof(AllBits))]
    public int Bits { get; set; }

    /// <summary>The widths of this processor.</summary>
    public static IEnumerable<int> AllBits => Widths.Supported;

    /// <summary>σ.</summary>
    [Benchmark]
    public void Sigmoid()
    {
        switch (Bits)
        {
            case 512: Sigmoid<Simd512, Vector512<float>>(); break;
            case 256: Sigmoid<Simd256, Vector256<float>>(); break;
            default: Sigmoid<Simd128, Vector128<float>>(); break;
        }
    }

    /// <summary>tanh.</summary>
    [Benchmark]
    public void Tanh()
    {
        switch (Bits)
        {
            case 512: Tanh<Simd512, Vector512<float>>(); break;
            case 256: Tanh<Simd256, Vector256<float>>(); break;
            default: Tanh<Simd128, Vector128<float>>(); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Sigmoid<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        float* x = _x.Pointer;
        float* y = _y.Pointer;
        for (int i = 0; i < Length; i += TSimd.Count)
        {
            TSimd.Store(y + i, Activations<TSimd, TVector>.Sigmoid(TSimd.Load(x + i)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Tanh<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        float* x = _x.Pointer;
        float* y = _y.Pointer;
        for (int i = 0; i < Length; i += TSimd.Count)
        {
            TSimd.Store(y + i, Activations<TSimd, TVector>.Tanh(TSimd.Load(x + i)));
        }
    }
}
