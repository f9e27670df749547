using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine;

/// <summary>Describes the GRU with reset after; formulas in <see cref="GruKernels{TSimd, TVector}"/>.</summary>
internal sealed class GruCell : ICellKernelSource
{
    public static CellDescription Description { get; } = new(new GruCell(), static () => new ReferenceGru())
    {
        Name = "gru",
        Title = "GRU",
        Gates =
        [
            new CellGate("reset", "r", CellActivation.Sigmoid),
            new CellGate("update", "z", CellActivation.Sigmoid),
            new CellGate("candidate", "n", CellActivation.Tanh),
        ],
        Keep = new KeepGate((int)GruGate.Update, KeepsWhenOpen: true),
        ChronoBiases = [new GateBias((int)GruGate.Update, 1)],
        Flossed = static () => new FlossedGru(),
    };

    public CellKernels Create<TSimd, TVector>(bool usesTiles)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => new GruKernels<TSimd, TVector> { UsesTiles = usesTiles };
}
