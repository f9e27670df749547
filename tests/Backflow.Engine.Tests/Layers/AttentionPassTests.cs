using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;
using Backflow.Engine.Verification;

namespace Backflow.Engine.Tests.Layers;

public sealed class AttentionPassTests
{
    /// <summary>What the engine's float passes keep against their twins, on the scale of a tensor's largest entry;
    /// sums here have at most 66 terms.</summary>
    private const double SingleTolerance = 2e-6;

    /// <summary>Numbers of a hand calculation in float, of order 1.</summary>
    private const double HandTolerance = 1e-6;

    public static TheoryData<AttentionSizes, string> Cases
    {
        get
        {
            TheoryData<AttentionSizes, string> data = [];
            foreach (AttentionSizes sizes in AttentionSizes.Around)
            {
                foreach (KernelSet kernels in KernelSet.All.Where(static set => !set.UsesTiles))
                {
                    data.Add(sizes, kernels.Name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Passes_EveryWidth_AgreeWithTheTwin(AttentionSizes sizes, string kernels)
    {
        using AttentionSetup setup = new(sizes, KernelSet.All.First(set => set.Name == kernels));
        setup.Forward();
        ReferenceAttention twin = setup.Twin();
        twin.Run(withGradients: true);
        setup.Pass.Backward();
        Assert.Equal(twin.Loss, setup.Pass.Loss, SingleTolerance * Math.Max(1, twin.Loss));
        Agree("weights", twin.Weights, setup.Weights());
        Agree("∂L/∂s", twin.DecoderStates.Gradient, setup.DecoderGradient());
        Agree("∂L/∂h", twin.EncoderStates.Gradient, setup.EncoderGradient());
        foreach ((Parameter parameter, ReferenceParameter expected) in setup.Parameters(twin))
        {
            Agree(parameter.Name, expected.Gradient, setup.Gradient(parameter));
        }
    }

    [Fact]
    public void GetOutputs_NoTargets_AreTheTwins()
    {
        AttentionSizes sizes = new(17, 3, 2, 16, 5);
        using AttentionSetup setup = new(sizes, KernelSet.Widest);
        setup.Pass.Targets.Fill(-1);
        setup.Forward();
        ReferenceAttention twin = setup.Twin();
        twin.Run(withGradients: false);
        float[] outputs = new float[3 * 2 * 5];
        for (int u = 0; u < 3; u++)
        {
            setup.Pass.GetOutputs(u, outputs.AsSpan(u * 10, 10));
        }

        Agree("outputs", twin.Outputs, [.. outputs.Select(static y => (double)y)]);
        Assert.Equal((0, 0.0), (setup.Pass.CountedTargets, setup.Pass.Loss));
        Assert.Throws<InvalidOperationException>(setup.Pass.Backward);
    }

    // Scores ln 2 and 0 make the weights 2/3 and 1/3, whatever the code: e^(ln 2) : e⁰ = 2 : 1.
    [Fact]
    public void Forward_ScoresOfLogTwoAndZero_WeighTwoThirdsAndOneThird()
    {
        using AttentionSetup setup = new(new AttentionSizes(2, 1, 1, 3, 2), KernelSet.Widest);
        Set(setup.Encoder, 0, [(float)Math.Log(2), 0.25f, 0]);
        Set(setup.Encoder, 1, [0, 0.5f, 0]);
        Set(setup.Decoder, 0, [1, 0, 0.7f]);
        setup.Pass.Forward();
        Assert.Equal(2.0 / 3, setup.Pass.Weights(0, 0)[0], HandTolerance);
        Assert.Equal(1.0 / 3, setup.Pass.Weights(0, 0)[1], HandTolerance);
    }

    [Fact]
    public void Backward_TimestepsBeyondTheLength_HaveNoWeightAndNoGradient()
    {
        using AttentionSetup setup = new(new AttentionSizes(17, 3, 2, 5, 4), KernelSet.Widest);
        setup.Pass.Lengths[1] = 4;
        setup.Forward();
        setup.Pass.Backward();
        for (int t = 0; t < 17; t++)
        {
            Assert.Equal(t < 4, setup.Pass.DirectGradient(t)[1].ContainsAnyExcept(0f));
            Assert.Equal(t < 4, setup.Pass.Weights(2, 1)[t] > 0);
            Assert.True(setup.Pass.DirectGradient(t)[0].ContainsAnyExcept(0f));
        }
    }

    [Fact]
    public void Forward_ScoreThatIsNotANumber_ReachesTheLoss()
    {
        using AttentionSetup setup = new(new AttentionSizes(3, 2, 1, 4, 3), KernelSet.Widest);
        setup.Encoder.Forward();
        setup.Decoder.Forward();
        Set(setup.Encoder, 1, [float.NaN, 0, 0, 0]);
        setup.Pass.Forward();
        Assert.True(double.IsNaN(setup.Pass.Loss));
    }

    [Fact]
    public void Step_AllocatesNothing()
    {
        using AttentionSetup setup = new(new AttentionSizes(6, 5, 4, 24, 10), KernelSet.Widest);
        float[] hidden = new float[4 * 24];
        float[] cell = new float[4 * 24];
        void Step()
        {
            setup.Forward();
            setup.Pass.Backward();
            setup.Decoder.Backward();
            setup.Decoder.Layers[0].HiddenGradient(LayerPass.Initial).CopyTo(hidden);
            setup.Decoder.Layers[0].CellGradient(LayerPass.Initial).CopyTo(cell);
            setup.Encoder.Layers[0].SetFinalStateGradient(hidden, cell);
            setup.Encoder.Backward();
        }

        Step();
        Assert.Equal(0, Allocations.Least(Step));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Forward_LengthThatIsNone_NamesIt(int length)
    {
        using AttentionSetup setup = new(new AttentionSizes(3, 2, 2, 4, 3), KernelSet.Widest);
        setup.Pass.Lengths[1] = length;
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(setup.Forward);
        Assert.Equal($"Lengths[1] is {length}; expected 1 to 3.", failure.Message);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-2)]
    public void Forward_TargetThatIsNoClass_NamesIt(int target)
    {
        using AttentionSetup setup = new(new AttentionSizes(3, 2, 2, 4, 3), KernelSet.Widest);
        setup.Pass.Targets[2] = target;
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(setup.Forward);
        Assert.Equal($"Targets[2] is {target}; expected a class in [0, 3), or −1 for none.", failure.Message);
    }

    [Fact]
    public void Make_HiddenSizesThatDiffer_SaysSo()
    {
        using AttentionSetup setup = new(new AttentionSizes(3, 2, 2, 4, 3), KernelSet.Widest);
        ArgumentException failure = Assert.Throws<ArgumentException>(
            () => new AttentionPass(new AttentionHead(5, 3), setup.Encoder, setup.Decoder));
        Assert.Contains("has 4 elements; expected the hidden size of the head = 5", failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Make_PassWithAHead_IsRefused()
    {
        using AttentionSetup setup = new(new AttentionSizes(3, 2, 2, 4, 3), KernelSet.Widest);
        using PassSetup decoder = new(PassSetup.MixedStack, sequenceLength: 2, batchSize: 2, threads: 1);
        ArgumentException failure = Assert.Throws<ArgumentException>(
            () => new AttentionPass(setup.Head, setup.Encoder, decoder.Pass));
        Assert.Contains("The decoder has a head", failure.Message, StringComparison.Ordinal);
    }

    private static void Set(NetworkPass pass, int t, float[] hidden) =>
        pass.Layers[0].SetState(t, hidden, new float[hidden.Length]);

    private static void Agree(string tensor, double[] expected, double[] actual)
    {
        TensorDeviation worst = TensorDeviation.ByLargest(tensor, expected, actual);
        Assert.True(
            worst.Deviation <= SingleTolerance,
            $"{worst.Tensor}[{worst.Index}] is {worst.Actual:R}, the twin has {worst.Expected:R}: "
            + $"{worst.Deviation:G3} of the largest.");
    }
}
