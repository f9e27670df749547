using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine.Tests.Optimizers;

/// <summary>One parameter, one or two updates, worked out by hand.</summary>
public class OptimizerStepTests
{
    public static TheoryData<string, OptimizerOptions, double[], double> Steps() => new()
    {
        // u₁ = 0.5, θ = 1 − 0.1·0.5
        { "SGD", Sgd(0.9, 0), [0.5], 0.95 },

        // u₂ = 0.9·0.5 + 0.5 = 0.95, θ = 0.95 − 0.1·0.95
        { "SGD, second", Sgd(0.9, 0), [0.5, 0.5], 0.855 },

        // u₁ = 0.5 + 0.1·1 = 0.6
        { "SGD with decay", Sgd(0.9, 0.1), [0.5], 0.94 },

        // without momentum u₂ = 0.25: θ = 1 − 0.05 − 0.025
        { "SGD without momentum", Sgd(0, 0), [0.5, 0.25], 0.925 },

        // v₁ = 0.01·2² = 0.04, θ = 1 − 0.1·2/(0.2 + 0.05)
        { "RMSprop", new() { Kind = OptimizerKind.RmsProp, Epsilon = 0.05 }, [2], 0.2 },

        // v₁ = 0.75·0 + 0.25·4 = 1, v₂ = 0.75·1 + 0.25·1 = 1: θ = 1 − 0.1·2/2 + 0.1·1/2
        { "RMSprop, second", new() { Kind = OptimizerKind.RmsProp, Decay = 0.75, Epsilon = 1 }, [2, -1], 0.95 },

        // The first step of Adam is η·g/(|g| + ε), whatever the size of g.
        { "Adam", new() { Epsilon = 1 }, [4], 0.92 },
        { "Adam, small gradient", new(), [1e-3], 0.9 },

        // m₂ = 0.9·0.1 − 0.1 = −0.01, 1 − β₁² = 0.19, v̂₂ = 1: θ = 0.9 + 0.1·0.01/0.19
        { "Adam, second", new(), [1, -1], 0.9 + (0.001 / 0.19) },

        // The decay becomes part of the gradient, g = 0 + 0.5·1, and its size is normalised away.
        { "Adam with L2", new() { WeightDecay = 0.5 }, [0], 0.9 },

        // The decay stays outside: θ = (1 − 0.1·0.5)·1 − 0.1, and (1 − 0.1·0.5)·1 where the gradient is 0.
        { "AdamW", new() { Kind = OptimizerKind.AdamW, WeightDecay = 0.5 }, [1], 0.85 },
        { "AdamW, no gradient", new() { Kind = OptimizerKind.AdamW, WeightDecay = 0.5 }, [0], 0.95 },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void Update_FromOneAtRateOneTenth_MatchesHandComputation(
        string name, OptimizerOptions options, double[] gradients, double expected)
    {
        RecurrentNetwork network = Networks.Gru(1, 1, 1, KernelSet.Widest);
        Parameter parameter = network.Layout.Find("head.weight")!;
        parameter.Import([1f], network.Parameters.Span);
        Optimizer optimizer = new(network, options);
        ReferenceOptimizer reference = new(options, 1);
        double[] twin = [1];
        foreach (double gradient in gradients)
        {
            parameter.Import([(float)gradient], network.Gradients.Span);
            optimizer.Update(0.1);
            reference.Update(twin, [gradient], 0.1);
        }

        float[] actual = new float[1];
        parameter.Export(network.Parameters.Span, actual);
        Assert.True(
            Math.Abs(actual[0] - expected) <= OptimizerTolerance.OneUpdate + OptionsEpsilon(options),
            $"{name}: float {actual[0]:G9}, by hand {expected:G9}.");
        Assert.True(
            Math.Abs(twin[0] - expected) <= OptionsEpsilon(options) + 1e-15,
            $"{name}: double {twin[0]:G17}, by hand {expected:G17}.");
    }

    public static TheoryData<OptimizerOptions> OutOfRange() =>
    [
        new OptimizerOptions { Kind = OptimizerKind.Sgd, Momentum = 1 },
        new OptimizerOptions { Kind = OptimizerKind.RmsProp, Decay = -0.1 },
        new OptimizerOptions { Beta1 = 1 },
        new OptimizerOptions { Beta2 = 1.5 },
        new OptimizerOptions { Epsilon = 0 },
        new OptimizerOptions { Epsilon = 1e-60 },
        new OptimizerOptions { WeightDecay = -1 },
    ];

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Constructor_ConstantOutOfRange_Throws(OptimizerOptions options) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new Optimizer(Networks.Gru(1, 1, 1, KernelSet.Widest), options));

    private static OptimizerOptions Sgd(double momentum, double weightDecay) =>
        new() { Kind = OptimizerKind.Sgd, Momentum = momentum, WeightDecay = weightDecay };

    // By hand the default ε of 10⁻⁸ counts as 0: it moves a first step by η·ε/|g|, at most 10⁻⁶ here.
    private static double OptionsEpsilon(OptimizerOptions options) =>
        options.Kind != OptimizerKind.Sgd && options.Epsilon < 1e-6 ? 1.1e-6 : 0;
}
