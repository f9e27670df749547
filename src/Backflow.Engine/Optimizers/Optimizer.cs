using System.Collections.Immutable;
using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>Moves all parameters of a network, or of a head, against their gradients: one pass over one
/// buffer.</summary>
/// <remarks>
/// SGD with momentum: Polyak 1964 in PyTorch's form, u = μu + g, θ = θ − ηu. RMSprop: Tieleman &amp; Hinton 2012,
/// lecture 6e, ε outside the root. Adam: Kingma &amp; Ba 2015, algorithm 1. AdamW: Loshchilov &amp; Hutter 2019,
/// algorithm 2, the decay scaled by the learning rate as in PyTorch.
/// </remarks>
public sealed class Optimizer
{
    private readonly AlignedBuffer _parameters;
    private readonly AlignedBuffer _gradients;
    private readonly OptimizerKernels _kernels;

    /// <summary>Makes an optimizer whose state is zero.</summary>
    /// <param name="network">The network that it moves.</param>
    /// <param name="options">Kind and constants.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is outside the range that it states.</exception>
    public Optimizer(RecurrentNetwork network, OptimizerOptions options)
        : this(network.Parameters, network.Gradients, network.Kernels, options)
    {
    }

    /// <summary>Makes an optimizer of a decoder's head, whose state is zero.</summary>
    /// <param name="head">The head that it moves.</param>
    /// <param name="options">Kind and constants.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is outside the range that it states.</exception>
    public Optimizer(AttentionHead head, OptimizerOptions options)
        : this(head.Parameters, head.Gradients, head.Kernels, options)
    {
    }

    private Optimizer(AlignedBuffer parameters, AlignedBuffer gradients, KernelSet kernels, OptimizerOptions options)
    {
        Check(options);
        _parameters = parameters;
        _gradients = gradients;
        _kernels = kernels.Optimizers;
        Options = options;
        int length = parameters.Length;
        State = options.Kind switch
        {
            OptimizerKind.Sgd => [("velocity", new AlignedBuffer(length))],
            OptimizerKind.RmsProp => [("mean-square", new AlignedBuffer(length))],
            _ => [("mean", new AlignedBuffer(length)), ("mean-square", new AlignedBuffer(length))],
        };
    }

    /// <summary>Kind and constants.</summary>
    public OptimizerOptions Options { get; }

    /// <summary>Updates so far. Set when a checkpoint is restored: Adam's bias correction depends on it.</summary>
    public long Step { get; set; }

    /// <summary>Named state, each as long as the parameter buffer and in its order.</summary>
    public ImmutableArray<(string Name, AlignedBuffer Buffer)> State { get; }

    /// <summary>One update from the network's current gradients.</summary>
    /// <param name="learningRate">η of this step.</param>
    public unsafe void Update(double learningRate)
    {
        Step++;
        OptimizerOptions o = Options;
        float* parameters = _parameters.Pointer;
        float* gradients = _gradients.Pointer;
        int length = _parameters.Length;
        float* first = State[0].Buffer.Pointer;
        switch (o.Kind)
        {
            case OptimizerKind.Sgd:
                SgdStep sgd = new((float)learningRate, (float)o.Momentum, (float)o.WeightDecay);
                _kernels.Sgd(parameters, gradients, first, length, sgd);
                break;
            case OptimizerKind.RmsProp:
                RmsPropStep rmsProp = new(
                    (float)learningRate, (float)o.Decay, (float)(1 - o.Decay), (float)o.Epsilon, (float)o.WeightDecay);
                _kernels.RmsProp(parameters, gradients, first, length, rmsProp);
                break;
            default:
                AdamStep adam = AdamStepOf(o, learningRate, Step);
                _kernels.Adam(parameters, gradients, first, State[1].Buffer.Pointer, length, adam);
                break;
        }
    }

    private static void Check(OptimizerOptions options)
    {
        foreach (double decay in (ReadOnlySpan<double>)[options.Momentum, options.Decay, options.Beta1, options.Beta2])
        {
            ArgumentOutOfRangeException.ThrowIfNegative(decay, nameof(options));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(decay, 1, nameof(options));
        }

        // An ε of 0 turns every parameter without a gradient, padding included, into 0/0.
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero((float)options.Epsilon, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.WeightDecay, nameof(options));
    }

    // The bias corrections of Kingma & Ba, section 3, are computed in double: 1 − β₂ᵗ is 0.001 at t = 1.
    private static AdamStep AdamStepOf(OptimizerOptions o, double learningRate, long step)
    {
        bool isDecoupled = o.Kind == OptimizerKind.AdamW;
        return new AdamStep(
            Beta1: (float)o.Beta1,
            OneMinusBeta1: (float)(1 - o.Beta1),
            Beta2: (float)o.Beta2,
            OneMinusBeta2: (float)(1 - o.Beta2),
            Epsilon: (float)o.Epsilon,
            CorrectedRate: (float)(learningRate / (1 - Math.Pow(o.Beta1, step))),
            InverseSqrtCorrection: (float)(1 / Math.Sqrt(1 - Math.Pow(o.Beta2, step))),
            Keep: isDecoupled ? (float)(1 - (learningRate * o.WeightDecay)) : 1,
            WeightDecay: isDecoupled ? 0 : (float)o.WeightDecay);
    }
}
