using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine.Tests.Optimizers;

public class OptimizerTests
{
    private const int Updates = 64;
    private const ulong Seed = 20260101;
    private const double LearningRate = 0.01;

    private static readonly OptimizerKind[] Kinds = Enum.GetValues<OptimizerKind>();

    // Sizes around one vector of each width; every matrix of a GRU adds its own odd length and padding.
    private static readonly (int Input, int Hidden, int Output)[] Sizes = [(1, 1, 1), (3, 5, 7), (17, 16, 33)];

    public static TheoryData<OptimizerKind, int, int, int, int, double> Cases()
    {
        TheoryData<OptimizerKind, int, int, int, int, double> cases = [];
        foreach (OptimizerKind kind in Kinds)
        {
            foreach ((int input, int hidden, int output) in Sizes)
            {
                for (int width = 0; width < KernelSet.All.Count; width++)
                {
                    cases.Add(kind, input, hidden, output, width, 0);
                    cases.Add(kind, input, hidden, output, width, 0.1);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Update_ManyTimes_MatchesReference(
        OptimizerKind kind, int inputSize, int hiddenSize, int outputSize, int width, double weightDecay)
    {
        OptimizerOptions options = new() { Kind = kind, WeightDecay = weightDecay };
        RecurrentNetwork network = Networks.Gru(inputSize, hiddenSize, outputSize, KernelSet.All[width]);
        Optimizer optimizer = new(network, options);
        ReferenceOptimizer reference = new(options, network.Layout.Length);
        SplittableRandom random = new(Seed);
        Networks.FillGaussian(network, network.Parameters.Span, random);
        double[] expected = Networks.Widen(network.Parameters.Span);
        for (int step = 0; step < Updates; step++)
        {
            Networks.FillGaussian(network, network.Gradients.Span, random);

            // Nothing ever asks for this one: a gradient of zero must stay a finite update.
            network.Gradients.Span[0] = 0;
            reference.Update(expected, Networks.Widen(network.Gradients.Span), LearningRate);
            optimizer.Update(LearningRate);
        }

        Assert.Equal(Updates, optimizer.Step);
        for (int i = 0; i < expected.Length; i++)
        {
            double actual = network.Parameters.Span[i];
            Assert.True(
                Math.Abs(actual - expected[i]) <= OptimizerTolerance.ManyUpdates * Math.Max(1, Math.Abs(expected[i])),
                $"θ[{i}] after {Updates} updates of {kind}: float {actual:G9}, double {expected[i]:G9}.");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Update_Padding_StaysZero(
        OptimizerKind kind, int inputSize, int hiddenSize, int outputSize, int width, double weightDecay)
    {
        RecurrentNetwork network = Networks.Gru(inputSize, hiddenSize, outputSize, KernelSet.All[width]);
        Optimizer optimizer = new(network, new OptimizerOptions { Kind = kind, WeightDecay = weightDecay });
        SplittableRandom random = new(Seed);
        Networks.FillGaussian(network, network.Parameters.Span, random);
        for (int step = 0; step < 3; step++)
        {
            Networks.FillGaussian(network, network.Gradients.Span, random);
            optimizer.Update(LearningRate);
        }

        float[] exported = new float[network.Layout.Length];
        foreach (Parameter parameter in network.Layout.Parameters)
        {
            float[] values = new float[parameter.Count];
            parameter.Export(network.Parameters.Span, values);
            parameter.Import(values, exported);
        }

        Assert.Equal(exported, network.Parameters.Span.ToArray());
    }

    [Theory]
    [MemberData(nameof(StateNames))]
    public void State_OfEachKind_IsNamedAndAsLongAsTheParameters(OptimizerKind kind, string[] names)
    {
        RecurrentNetwork network = Networks.Gru(3, 5, 7, KernelSet.Widest);
        Optimizer optimizer = new(network, new OptimizerOptions { Kind = kind });
        Assert.Equal(names, optimizer.State.Select(static state => state.Name));
        Assert.All(optimizer.State, state => Assert.Equal(network.Layout.Length, state.Buffer.Length));
    }

    public static TheoryData<OptimizerKind, string[]> StateNames() => new()
    {
        { OptimizerKind.Sgd, ["velocity"] },
        { OptimizerKind.RmsProp, ["mean-square"] },
        { OptimizerKind.Adam, ["mean", "mean-square"] },
        { OptimizerKind.AdamW, ["mean", "mean-square"] },
    };

    [Fact]
    public void Update_RestoredStateAndStep_GivesTheSameBits()
    {
        foreach (OptimizerKind kind in Kinds)
        {
            OptimizerOptions options = new() { Kind = kind, WeightDecay = 0.1 };
            RecurrentNetwork network = Networks.Gru(3, 5, 7, KernelSet.Widest);
            RecurrentNetwork resumed = Networks.Gru(3, 5, 7, KernelSet.Widest);
            Optimizer optimizer = new(network, options);
            Networks.FillGaussian(network, network.Parameters.Span, new SplittableRandom(Seed));
            Networks.FillGaussian(network, network.Gradients.Span, new SplittableRandom(Seed + 1));
            optimizer.Update(LearningRate);

            Optimizer restored = new(resumed, options) { Step = optimizer.Step };
            network.Parameters.Span.CopyTo(resumed.Parameters.Span);
            network.Gradients.Span.CopyTo(resumed.Gradients.Span);
            for (int i = 0; i < optimizer.State.Length; i++)
            {
                optimizer.State[i].Buffer.Span.CopyTo(restored.State[i].Buffer.Span);
            }

            optimizer.Update(LearningRate);
            restored.Update(LearningRate);
            Assert.Equal(network.Parameters.Span.ToArray(), resumed.Parameters.Span.ToArray());
        }
    }

    [Fact]
    public void Update_AfterConstruction_AllocatesNothing()
    {
        RecurrentNetwork network = Networks.Gru(3, 5, 7, KernelSet.Widest);
        Optimizer[] optimizers =
            [.. Kinds.Select(kind => new Optimizer(network, new OptimizerOptions { Kind = kind }))];
        Array.ForEach(optimizers, static optimizer => optimizer.Update(LearningRate));
        Assert.Equal(0, Allocations.Least(() =>
        {
            foreach (Optimizer optimizer in optimizers)
            {
                optimizer.Update(LearningRate);
            }
        }));
    }
}
