using System.Collections.Immutable;
using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests;

public sealed class NetworkPassTests
{
    public static TheoryData<string> CellCases => [.. TestedCells.TrainedNames];

    // A skip begins anew with each window, so that two windows are not one.
    public static TheoryData<string> CarryingCases =>
        [.. TestedCells.TrainedNames.Where(static name => TestedCells.Named(name).SkipTimesteps <= 1)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(40)]
    public void Backward_AnyNumberOfThreads_GivesTheSameBits(int batchSize)
    {
        foreach (KernelSet kernels in KernelSet.All)
        {
            SameBitsForAnyNumberOfThreads(batchSize, kernels);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Step_AnySequenceLength_HasThreePhases(int threads)
    {
        foreach (int sequenceLength in (int[])[1, 7, 300])
        {
            using WorkerPool pool = new(threads);
            RecurrentNetwork network = new(PassSetup.MixedStack);
            NetworkPass pass = new(network, sequenceLength, batchSize: 3, pool);
            pass.Head!.Targets.Clear();
            long before = pool.Phases;
            pass.Forward();
            pass.Backward();
            Assert.Equal(3, pool.Phases - before);
        }
    }

    [Fact]
    public void Backward_Repeated_GivesTheSameBits()
    {
        using PassSetup setup = new(PassSetup.MixedStack, sequenceLength: 5, batchSize: 4, threads: 2);
        setup.Pass.Forward();
        setup.Pass.Backward();
        float[] first = setup.Everything();
        setup.Pass.Forward();
        setup.Pass.Backward();
        Assert.Equal(PassSetup.Bits(first), PassSetup.Bits(setup.Everything()));
    }

    [Theory]
    [MemberData(nameof(CarryingCases))]
    public void CarryState_TwoWindows_EqualOneLongWindow(string cellName)
    {
        CellDescription cell = TestedCells.Named(cellName);
        const int Window = 6;
        const int BatchSize = 3;
        const int Hidden = 19;
        NetworkOptions options = new()
        {
            InputSize = 5,
            Layers = [new LayerOptions(cell, 7), new LayerOptions(cell, Hidden)],
        };
        using PassSetup whole = new(options, 2 * Window, BatchSize, threads: 1);
        using PassSetup part = new(options, Window, BatchSize, threads: 1);
        float[] input = PassSetup.Gaussian(seed: 5, 2 * Window * BatchSize * 5);
        whole.Pass.SetInput(input);
        whole.Pass.Forward();
        for (int window = 0; window < 2; window++)
        {
            if (window > 0)
            {
                part.Pass.CarryState();
            }

            part.Pass.SetInput(input.AsSpan(window * input.Length / 2, input.Length / 2));
            part.Pass.Forward();
            for (int t = LayerPass.Initial; t < Window; t++)
            {
                foreach ((int layer, int width) in ((int, int)[])[(0, 7), (1, Hidden)])
                {
                    Assert.Equal(
                        PassSetup.Bits(whole.States(layer, (window * Window) + t, width)),
                        PassSetup.Bits(part.States(layer, t, width)));
                }
            }
        }
    }

    [Fact]
    public void ResetState_AfterCarrying_GivesTheFirstPassAgain()
    {
        using PassSetup setup = new(PassSetup.MixedStack, sequenceLength: 4, batchSize: 2, threads: 1);
        setup.Pass.ResetState();
        setup.Pass.Forward();
        double first = setup.Pass.Head!.Loss;
        setup.Pass.CarryState();
        setup.Pass.Forward();
        Assert.NotEqual(first, setup.Pass.Head.Loss);
        setup.Pass.ResetState();
        setup.Pass.Forward();
        Assert.Equal(first, setup.Pass.Head.Loss);
    }

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Forward_NaNInTheInput_ReachesLossAndGradientsOfItsSequenceAlone(string cellName)
    {
        CellDescription cell = TestedCells.Named(cellName);
        NetworkOptions options = new()
        {
            InputSize = 3,
            Layers = [new LayerOptions(cell, 18), new LayerOptions(cell, 5)],
            OutputSize = 4,
        };
        using PassSetup setup = new(options, sequenceLength: 6, batchSize: 3, threads: 2);
        float[] input = PassSetup.Gaussian(seed: 2, 6 * 3 * 3);
        input[(((2 * 3) + 1) * 3) + 2] = float.NaN;
        setup.Pass.SetInput(input);
        setup.Pass.Forward();
        setup.Pass.Backward();
        Assert.True(double.IsNaN(setup.Pass.Head!.Loss));
        foreach (Parameter parameter in setup.Network.Layout.Parameters)
        {
            Assert.Contains(setup.Gradient(parameter.Name), float.IsNaN);
        }

        // Timestep 2 of sequence 1 is where it came in: states before it and other sequences are untouched.
        for (int t = LayerPass.Initial; t < 6; t++)
        {
            float[] states = setup.States(layer: 1, t, width: 5);
            Assert.Equal(t >= 2, states[5..10].Any(float.IsNaN));
            Assert.DoesNotContain(states[..5], float.IsNaN);
            Assert.DoesNotContain(states[10..], float.IsNaN);
        }
    }

    [Fact]
    public void Forward_NaNInAParameter_ReachesTheLoss()
    {
        using PassSetup setup = new(PassSetup.MixedStack, sequenceLength: 3, batchSize: 2, threads: 1);
        foreach (Parameter parameter in setup.Network.Layout.Parameters)
        {
            float[] values = new float[parameter.Count];
            parameter.Export(setup.Network.Parameters.Span, values);
            int place = parameter.Name == "embedding.weight" ? setup.Pass.Tokens[0] * 6 : values.Length - 1;
            float original = values[place];
            values[place] = float.NaN;
            parameter.Import(values, setup.Network.Parameters.Span);
            setup.Pass.Forward();
            Assert.True(double.IsNaN(setup.Pass.Head!.Loss), parameter.Name);
            values[place] = original;
            parameter.Import(values, setup.Network.Parameters.Span);
        }

        setup.Pass.Forward();
        Assert.True(double.IsFinite(setup.Pass.Head!.Loss));
    }

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Backward_Padding_HasNoGradient(string cellName)
    {
        CellDescription cell = TestedCells.Named(cellName);
        NetworkOptions options = PassSetup.MixedStack with
        {
            Layers = [new LayerOptions(cell, 21), .. PassSetup.MixedStack.Layers, new LayerOptions(cell, 1)],
        };
        using PassSetup setup = new(options, sequenceLength: 4, batchSize: 3, threads: 1);
        setup.Pass.Forward();
        setup.Pass.Backward();

        // What export and import keep is everything but the padding, which import sets to zero.
        AlignedBuffer withoutPadding = new(setup.Network.Gradients.Length);
        foreach (Parameter parameter in setup.Network.Layout.Parameters)
        {
            Assert.Contains(setup.Gradient(parameter.Name), value => value != 0);
            parameter.Import(setup.Gradient(parameter.Name), withoutPadding.Span);
        }

        Assert.Equal(withoutPadding.Span, setup.Network.Gradients.Span);
    }

    [Fact]
    public void Forward_DropoutWithoutKey_IsTheNetworkWithoutDropout()
    {
        using PassSetup plain = new(PassSetup.MixedStack, sequenceLength: 5, batchSize: 3, threads: 1);
        using PassSetup dropping = new(
            PassSetup.MixedStack with { Dropout = 0.5 }, sequenceLength: 5, batchSize: 3, threads: 1);
        foreach (PassSetup setup in (ImmutableArray<PassSetup>)[plain, dropping])
        {
            setup.Pass.Forward();
            setup.Pass.Backward();
        }

        Assert.Equal(PassSetup.Bits(plain.Everything()), PassSetup.Bits(dropping.Everything()));
    }

    [Fact]
    public void Forward_DropoutKey_DecidesTheBits()
    {
        using PassSetup setup = new(
            PassSetup.MixedStack with { Dropout = 0.5 }, sequenceLength: 5, batchSize: 3, threads: 1);
        double Loss(ulong key)
        {
            setup.Pass.Forward(key);
            return setup.Pass.Head!.Loss;
        }

        Assert.Equal(Loss(1), Loss(1));
        Assert.NotEqual(Loss(1), Loss(2));
    }

    [Fact]
    public void SetInput_WrongLength_NamesTheShape()
    {
        NetworkOptions options = new() { InputSize = 3, Layers = [new LayerOptions(Cells.Gru, 2)] };
        using PassSetup setup = new(options, sequenceLength: 4, batchSize: 2, threads: 1);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => setup.Pass.SetInput(new float[23]));
        Assert.StartsWith(
            "input has 23 elements; expected [T, B, I] = [4, 2, 3] = 24.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_TokenBeyondTheVocabulary_Throws()
    {
        using PassSetup setup = new(PassSetup.MixedStack, sequenceLength: 3, batchSize: 4, threads: 2);
        setup.Pass.Tokens[11] = 11;
        Assert.Throws<ArgumentOutOfRangeException>(() => setup.Pass.Forward());
        setup.Pass.Tokens[11] = 10;
        setup.Pass.Forward();
        Assert.True(double.IsFinite(setup.Pass.Head!.Loss));
    }

    private static void SameBitsForAnyNumberOfThreads(int batchSize, KernelSet kernels)
    {
        NetworkOptions options = PassSetup.MixedStack with { Dropout = 0.25 };
        float[] expected = [];
        foreach (int threads in (int[])[1, 2, 3, 8])
        {
            using PassSetup setup = new(options, sequenceLength: 13, batchSize, threads, kernels: kernels);
            setup.Pass.Forward(dropoutKey: 77);
            setup.Pass.Backward();
            float[] actual = setup.Everything();
            expected = expected.Length == 0 ? actual : expected;
            Assert.Equal(PassSetup.Bits(expected), PassSetup.Bits(actual));
        }
    }
}
