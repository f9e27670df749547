using System.Numerics;
using Backflow.Engine;

namespace Backflow.OutsideCells;

/// <summary>The LSTM again, written outside: what has a cell state is held against the engine's own.</summary>
internal static class OutsideLstm
{
    private const int Input = 0;
    private const int Forget = 1;
    private const int Candidate = 2;
    private const int Output = 3;

    public static CellDescription Description { get; } = new(new Equations<float>(), new Equations<double>())
    {
        Name = "outside-lstm",
        Title = "LSTM from outside",
        Gates =
        [
            new CellGate("input", "i", CellActivation.Sigmoid),
            new CellGate("forget", "f", CellActivation.Sigmoid),
            new CellGate("candidate", "g", CellActivation.Tanh),
            new CellGate("output", "o", CellActivation.Sigmoid),
        ],
        HasCellState = true,
        Keep = new KeepGate(Forget, KeepsWhenOpen: true),
        ForgetBias = new GateBias(Forget, 1),
        ChronoBiases = [new GateBias(Forget, 1), new GateBias(Input, -1)],
    };

    private sealed class Equations<T> : ICellEquations<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        public void ForwardCell(in CellForward<T> step)
        {
            for (int j = 0; j < step.Cell.Length; j++)
            {
                step.Cell[j] = (step.Gate(Forget)[j] * step.CellBefore[j])
                    + (step.Gate(Input)[j] * step.Gate(Candidate)[j]);
            }
        }

        public void Forward(in CellForward<T> step)
        {
            for (int j = 0; j < step.Hidden.Length; j++)
            {
                step.Hidden[j] = step.Gate(Output)[j] * T.Tanh(step.Cell[j]);
            }
        }

        public void Backward(in CellBackward<T> step)
        {
            for (int j = 0; j < step.DHidden.Length; j++)
            {
                T squashed = T.Tanh(step.Cell[j]);
                step.DCell[j] += step.DHidden[j] * step.Gate(Output)[j] * (T.One - (squashed * squashed));
                T dc = step.DCell[j];
                step.DCellBefore[j] += dc * step.Gate(Forget)[j];
                step.DGate(Input)[j] = dc * step.Gate(Candidate)[j];
                step.DGate(Forget)[j] = dc * step.CellBefore[j];
                step.DGate(Candidate)[j] = dc * step.Gate(Input)[j];
                step.DGate(Output)[j] = step.DHidden[j] * squashed;
            }
        }
    }
}
