using System.Collections.Immutable;
using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine;

/// <summary>The Elman networks: one description for each activation.</summary>
internal static class ElmanCell
{
    public static CellDescription Tanh { get; } =
        Describe(CellActivation.Tanh, new TanhSource(), "rnn", "RNN", ["rnn-tanh"]);

    public static CellDescription Relu { get; } =
        Describe(CellActivation.Relu, new ReluSource(), "rnn-relu", "RNN, ReLU", []);

    public static CellDescription Sigmoid { get; } =
        Describe(CellActivation.Sigmoid, new SigmoidSource(), "rnn-sigmoid", "RNN, sigmoid", []);

    private static CellDescription Describe(
        CellActivation activation,
        ICellKernelSource kernels,
        string name,
        string title,
        ImmutableArray<string> aliases)
    {
        ReferenceElman Twin() => new(activation.Value, activation.Slope, activation.Dies);
        return new CellDescription(kernels, Twin)
        {
            Name = name,
            Title = title,
            Aliases = aliases,
            Gates = [new CellGate("state", "h", activation)],
            StateActivation = activation,
            ElmanActivation = activation,
            Flossed = () => new FlossedElman(activation),
        };
    }

    private sealed class TanhSource : ICellKernelSource
    {
        public CellKernels Create<TSimd, TVector>(bool usesTiles)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            new ElmanKernels<TSimd, TVector, TanhActivation<TSimd, TVector>> { UsesTiles = usesTiles };
    }

    private sealed class ReluSource : ICellKernelSource
    {
        public CellKernels Create<TSimd, TVector>(bool usesTiles)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            new ElmanKernels<TSimd, TVector, ReluActivation<TSimd, TVector>> { UsesTiles = usesTiles };
    }

    private sealed class SigmoidSource : ICellKernelSource
    {
        public CellKernels Create<TSimd, TVector>(bool usesTiles)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            new ElmanKernels<TSimd, TVector, SigmoidActivation<TSimd, TVector>> { UsesTiles = usesTiles };
    }
}
