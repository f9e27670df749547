using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine;

/// <summary>Describes the GRU with reset before: <see cref="GruResetBeforeKernels{TSimd, TVector}"/>.</summary>
internal sealed class GruResetBeforeCell : ICellKernelSource
{
    public static CellDescription Description { get; } =
        new(new GruResetBeforeCell(), static () => new ReferenceGruResetBefore())
        {
            Name = "gru-reset-before",
            Title = "GRU, reset before",
            Gates =
            [
                new CellGate("reset", "r", CellActivation.Sigmoid),
                new CellGate("update", "z", CellActivation.Sigmoid),
                new CellGate("candidate", "n", CellActivation.Tanh) { ReadsMaskedState = true },
            ],

            // z takes the new state, so the old one is kept by 1 − z = σ(−a).
            Keep = new KeepGate((int)GruGate.Update, KeepsWhenOpen: false),
            MaskGate = (int)GruGate.Reset,
            ChronoBiases = [new GateBias((int)GruGate.Update, -1)],
        };

    public CellKernels Create<TSimd, TVector>(bool usesTiles)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => new GruResetBeforeKernels<TSimd, TVector> { UsesTiles = usesTiles };
}
