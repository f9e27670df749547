using System.Runtime.Intrinsics;

namespace Backflow.Engine.Kernels;

/// <summary>The kernels of one vector width: made once, without state, shared by all models.</summary>
internal abstract class KernelSet
{
    /// <summary>The widest set that this processor runs without emulation.</summary>
    public static KernelSet Widest { get; } =
        Vector512.IsHardwareAccelerated ? new KernelSet<Simd512, Vector512<float>>()
        : Vector256.IsHardwareAccelerated ? new KernelSet<Simd256, Vector256<float>>()
        : new KernelSet<Simd128, Vector128<float>>();

    /// <summary>All widths, narrowest first; those beyond the processor are emulated and slow.</summary>
    public static IReadOnlyList<KernelSet> All { get; } =
    [
        new KernelSet<Simd128, Vector128<float>>(),
        new KernelSet<Simd256, Vector256<float>>(),
        new KernelSet<Simd512, Vector512<float>>(),
    ];

    /// <summary>Bits of a vector.</summary>
    public abstract int VectorBits { get; }

    /// <summary>The linear head and the losses.</summary>
    public abstract RowKernels Rows { get; }

    /// <summary>The optimizers.</summary>
    public abstract OptimizerKernels Optimizers { get; }

    /// <summary>Products with packed matrices.</summary>
    public abstract StripKernels Strips { get; }

    /// <summary>The kernels of a cell.</summary>
    public abstract CellKernels For(CellKind cell);
}

internal sealed class KernelSet<TSimd, TVector> : KernelSet
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly CellKernels[] _cells =
    [
        new ElmanKernels<TSimd, TVector, TanhActivation<TSimd, TVector>>(),
        new ElmanKernels<TSimd, TVector, ReluActivation<TSimd, TVector>>(),
        new ElmanKernels<TSimd, TVector, SigmoidActivation<TSimd, TVector>>(),
        new LstmKernels<TSimd, TVector>(),
        new GruKernels<TSimd, TVector>(),
        new GruResetBeforeKernels<TSimd, TVector>(),
    ];

    public override int VectorBits => TSimd.Count * 32;

    public override RowKernels Rows { get; } = new RowKernels<TSimd, TVector>();

    public override OptimizerKernels Optimizers { get; } = new OptimizerKernels<TSimd, TVector>();

    public override StripKernels Strips { get; } = new StripKernels<TSimd, TVector>();

    public override CellKernels For(CellKind cell) => _cells[(int)cell];
}
