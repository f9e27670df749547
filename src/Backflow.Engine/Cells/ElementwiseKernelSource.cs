using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>Makes the kernels of a cell that is described by its equations.</summary>
internal sealed class ElementwiseKernelSource(CellDescription cell, ICellEquations<float> equations) : ICellKernelSource
{
    public CellKernels Create<TSimd, TVector>(bool usesTiles)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        new ElementwiseKernels<TSimd, TVector>(cell, equations) { UsesTiles = usesTiles };
}

/// <summary>What bounds the room that equations get on the stack.</summary>
internal static class ElementwiseLimits
{
    /// <summary>Gates of a cell.</summary>
    public const int MostGates = 16;

    /// <summary>Units that equations see at a time.</summary>
    public const int MostUnits = 256;
}
