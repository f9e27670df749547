using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>Makes a cell's kernels for a vector width.</summary>
internal interface ICellKernelSource
{
    CellKernels Create<TSimd, TVector>(bool usesTiles)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}
