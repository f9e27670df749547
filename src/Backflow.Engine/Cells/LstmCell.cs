using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine;

/// <summary>Describes the LSTM; formulas in <see cref="LstmKernels{TSimd, TVector}"/>.</summary>
internal sealed class LstmCell : ICellKernelSource
{
    public static CellDescription Description { get; } = new(new LstmCell(), static () => new ReferenceLstm())
    {
        Name = "lstm",
        Title = "LSTM",
        Gates =
        [
            new CellGate("input", "i", CellActivation.Sigmoid),
            new CellGate("forget", "f", CellActivation.Sigmoid),
            new CellGate("candidate", "g", CellActivation.Tanh),
            new CellGate("output", "o", CellActivation.Sigmoid),
        ],
        HasCellState = true,
        Keep = new KeepGate((int)LstmGate.Forget, KeepsWhenOpen: true),
        ForgetBias = new GateBias((int)LstmGate.Forget, 1),
        ChronoBiases = [new GateBias((int)LstmGate.Forget, 1), new GateBias((int)LstmGate.Input, -1)],
        Flossed = static () => new FlossedLstm(),
    };

    public CellKernels Create<TSimd, TVector>(bool usesTiles)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => new LstmKernels<TSimd, TVector> { UsesTiles = usesTiles };
}
