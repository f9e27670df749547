namespace Backflow.Engine.Tests.Passes;

/// <summary>Going back twice through one forward pass.</summary>
public sealed class BackwardStatesTests
{
    private const int Timesteps = 6;
    private const int Sequences = 3;
    private const int Units = 17;

    public static TheoryData<string> CellCases => [.. TestedCells.TrainedNames];

    [Theory]
    [MemberData(nameof(CellCases))]
    public void BackwardStates_AfterAnotherBackwardPass_HasTheBitsOfTheFirst(string cell)
    {
        CellDescription description = TestedCells.Named(cell);
        LayerOptions layer = new(description, Units);
        NetworkOptions one = new() { InputSize = 4, Layers = [layer] };
        Check(one);
        Check(one with { Layers = [layer, layer] });
        Check(one with { Layers = [layer, layer with { IsReverse = true }, layer] });
    }

    [Fact]
    public void Backward_WithoutInputGradient_HasAllOtherBits()
    {
        NetworkOptions options = new()
        {
            InputSize = 4,
            Layers = [new LayerOptions(Cells.Lstm, Units), new LayerOptions(Cells.Gru, 5)],
        };
        float[] gradient = PassSetup.Gaussian(seed: 1, Timesteps * Sequences * 5);
        using PassSetup setup = new(options, Timesteps, Sequences, threads: 1);
        float[] input = new float[Timesteps * Sequences * 4];
        int[] expected = Run(asksForInput: true);
        setup.Pass.GetInputGradient(input);
        float[] before = [.. input];
        setup.Pass.SetInput(PassSetup.Gaussian(seed: 9, input.Length));
        Assert.NotEqual(expected, Run(asksForInput: false));
        setup.Pass.GetInputGradient(input);
        Assert.Equal(before, input);
        setup.Pass.SetInput(PassSetup.Gaussian(seed: 6, input.Length));
        Assert.Equal(expected, Run(asksForInput: false));

        int[] Run(bool asksForInput)
        {
            setup.Pass.SetOutputGradient(gradient);
            setup.Pass.Forward();
            if (asksForInput)
            {
                setup.Pass.Backward();
            }
            else
            {
                setup.Pass.BackwardWithoutInput();
            }

            return [.. States(setup.Pass), .. PassSetup.Bits([.. setup.Network.Gradients.Span])];
        }
    }

    [Fact]
    public void BackwardStates_NothingKept_IsRefused()
    {
        using PassSetup setup = new(PassSetup.MixedStack, Timesteps, Sequences, threads: 1);
        setup.Pass.Forward();
        setup.Pass.Backward();
        Assert.Throws<InvalidOperationException>(setup.Pass.BackwardStates);
    }

    [Fact]
    public void KeepGates_OfAPassThatRecomputes_IsRefused()
    {
        using PassSetup setup = new(
            new NetworkOptions { InputSize = 2, Layers = [new LayerOptions(Cells.Gru, 5)] },
            sequenceLength: 300,
            batchSize: 4,
            threads: 1,
            recompute: true);
        setup.Pass.Forward();
        Assert.Throws<InvalidOperationException>(setup.Pass.KeepGates);
    }

    private static void Check(NetworkOptions options)
    {
        float[] first = PassSetup.Gaussian(seed: 1, Timesteps * Sequences * options.TopSize);
        float[] second = PassSetup.Gaussian(seed: 2, first.Length);
        using PassSetup setup = new(options, Timesteps, Sequences, threads: 2);
        setup.Pass.SetOutputGradient(second);
        setup.Pass.Forward();
        setup.Pass.Backward();
        int[] expected = States(setup.Pass);
        setup.Pass.SetOutputGradient(first);
        setup.Pass.Forward();
        setup.Pass.KeepGates();
        setup.Pass.Backward();
        Assert.NotEqual(expected, States(setup.Pass));
        int[] gradients = PassSetup.Bits([.. setup.Network.Gradients.Span]);
        float[] input = new float[Timesteps * Sequences * options.InputSize];
        setup.Pass.GetInputGradient(input);
        float[] before = [.. input];
        setup.Pass.SetOutputGradient(second);
        setup.Pass.BackwardStates();
        Assert.Equal(expected, States(setup.Pass));
        Assert.Equal(gradients, PassSetup.Bits([.. setup.Network.Gradients.Span]));
        if (!options.Layers.Any(static layer => layer.IsReverse))
        {
            setup.Pass.GetInputGradient(input);
            Assert.Equal(before, input);
        }

        // And the next whole pass has everything again.
        setup.Pass.SetOutputGradient(first);
        setup.Pass.Forward();
        setup.Pass.Backward();
        setup.Pass.GetInputGradient(input);
        Assert.Equal(before, input);
        Assert.Equal(gradients, PassSetup.Bits([.. setup.Network.Gradients.Span]));
    }

    private static int[] States(NetworkPass pass)
    {
        List<float> values = [];
        foreach (LayerPass layer in pass.Layers)
        {
            float[] row = new float[layer.BatchSize * layer.HiddenSize];
            for (int t = LayerPass.Initial; t < layer.SequenceLength; t++)
            {
                layer.HiddenGradient(t).CopyTo(row);
                values.AddRange(row);
                if (layer.HasCellState)
                {
                    layer.CellGradient(t).CopyTo(row);
                    values.AddRange(row);
                }
            }
        }

        return PassSetup.Bits([.. values]);
    }
}
