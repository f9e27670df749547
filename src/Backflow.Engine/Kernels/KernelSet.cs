using System.Collections.Concurrent;
using System.Runtime.Intrinsics;

namespace Backflow.Engine.Kernels;

/// <summary>The kernels of one vector width: made once, without state, shared by all models.</summary>
internal abstract class KernelSet
{
    /// <summary>The widest set that this processor runs without emulation, with tiles where AMX is asked for.</summary>
    public static KernelSet Widest => All[
        Amx.IsUsed ? 3
        : Vector512.IsHardwareAccelerated ? 2
        : Vector256.IsHardwareAccelerated ? 1
        : 0];

    /// <summary>All widths, narrowest first, and tiles; what the processor lacks is emulated and slow.</summary>
    public static IReadOnlyList<KernelSet> All { get; } =
    [
        new KernelSet<Simd128, Vector128<float>>(),
        new KernelSet<Simd256, Vector256<float>>(),
        new KernelSet<Simd512, Vector512<float>>(),
        new KernelSet<Simd512, Vector512<float>>(usesTiles: true),
    ];

    /// <summary>"512 bits", or "tiles".</summary>
    public string Name => UsesTiles ? "tiles" : $"{VectorBits} bits";

    /// <summary>Whether products of many rows are products of tiles.</summary>
    public abstract bool UsesTiles { get; }

    /// <summary>Bits of a vector.</summary>
    public abstract int VectorBits { get; }

    /// <summary>The linear head and the losses.</summary>
    public abstract RowKernels Rows { get; }

    /// <summary>Attention of a decoder to an encoder.</summary>
    public abstract AttentionKernels Attention { get; }

    /// <summary>The optimizers.</summary>
    public abstract OptimizerKernels Optimizers { get; }

    /// <summary>Products with packed matrices.</summary>
    public abstract StripKernels Strips { get; }

    /// <summary>The kernels of a cell.</summary>
    public abstract CellKernels For(CellDescription cell);
}

internal sealed class KernelSet<TSimd, TVector>(bool usesTiles = false) : KernelSet
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly ConcurrentDictionary<CellDescription, CellKernels> _cells = new();

    public override bool UsesTiles => usesTiles;

    public override int VectorBits => TSimd.Count * 32;

    public override RowKernels Rows { get; } = new RowKernels<TSimd, TVector>();

    public override AttentionKernels Attention { get; } = new AttentionKernels<TSimd, TVector>();

    public override OptimizerKernels Optimizers { get; } = new OptimizerKernels<TSimd, TVector>();

    public override StripKernels Strips { get; } = new StripKernels<TSimd, TVector>();

    public override CellKernels For(CellDescription cell) =>
        _cells.GetOrAdd(cell, static (cell, usesTiles) => cell.CreateKernels<TSimd, TVector>(usesTiles), usesTiles);
}
