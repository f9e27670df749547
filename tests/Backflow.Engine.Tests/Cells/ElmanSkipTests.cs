namespace Backflow.Engine.Tests;

/// <summary>What the gradient checks do not say of a skip: names, and the networks that it must be equal to.</summary>
public sealed class ElmanSkipTests
{
    // Two orders of the same sums of some ten products, in units of states up to 1.
    private const double RoundingTolerance = 1e-5;

    [Fact]
    public void Named_AnySkip_GivesItsOwnCell()
    {
        Assert.Same(Cells.RnnSkip(10), Cells.Named("rnn-skip-10"));
        Assert.Same(Cells.RnnSkip(10), Cells.Named("RNN-skip-10"));
        Assert.Equal("RNN, skip 10", Cells.RnnSkip(10).Title);
        Assert.Equal(10, Cells.RnnSkip(10).SkipTimesteps);
        Assert.NotSame(Cells.RnnSkip(10), Cells.RnnSkip(11));
        Assert.DoesNotContain(Cells.RnnSkip(10), Cells.All);
    }

    [Theory]
    [InlineData("rnn-skip-0")]
    [InlineData("rnn-skip-03")]
    [InlineData("rnn-skip-1001")]
    [InlineData("rnn-skip-")]
    [InlineData("rnn-skip--1")]
    [InlineData("rnn-skip-2.0")]
    public void TryNamed_NoSkip_IsNoCell(string name) => Assert.False(Cells.TryNamed(name, out _));

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void RnnSkip_OutOfRange_IsRefused(int timesteps) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Cells.RnnSkip(timesteps));

    [Fact]
    public void Register_NameOfASkip_IsTaken() => Assert.Contains(
        "is taken",
        Assert.Throws<ArgumentException>(static () => Cells.Register(new CellDescription(new NoEquations())
        {
            Name = "rnn-skip-4",
            Title = "another",
            Gates = [new CellGate("state", "h", CellActivation.Tanh)],
        })).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(5)]
    [InlineData(33)]
    public void Backward_SequenceShorterThanTheSkip_HasTheBitsOfThePlainNetwork(int hiddenSize)
    {
        float[] plain = Gradients(Cells.RnnTanh, hiddenSize, sequenceLength: 7, static _ => { });
        float[] skipping = Gradients(Cells.RnnSkip(9), hiddenSize, sequenceLength: 7, static _ => { });
        Assert.Equal(PassSetup.Bits(plain), PassSetup.Bits(skipping));
    }

    [Fact]
    public void Backward_SkipOfOne_IsThePlainNetworkWithTheIdentityAdded()
    {
        const int Hidden = 17;
        float[] plain = Gradients(Cells.RnnTanh, Hidden, sequenceLength: 9, static network =>
        {
            Parameter weights = network.Layers[0].RecurrentWeights;
            float[] values = new float[weights.Count];
            weights.Export(network.Parameters.Span, values);
            for (int i = 0; i < Hidden; i++)
            {
                values[(i * Hidden) + i] += 1;
            }

            weights.Import(values, network.Parameters.Span);
        });
        float[] skipping = Gradients(Cells.RnnSkip(1), Hidden, sequenceLength: 9, static _ => { });
        double largest = plain.Max(static value => Math.Abs(value));
        for (int i = 0; i < plain.Length; i++)
        {
            Assert.True(
                Math.Abs(plain[i] - skipping[i]) <= RoundingTolerance * largest,
                $"{i}: {plain[i]} and {skipping[i]}");
        }
    }

    [Fact]
    public void Forward_InitialState_IsSkippedToFromTimestepKMinusOne()
    {
        // With all weights 0, only what is skipped to can move a state.
        using PassSetup setup = Setup(Cells.RnnSkip(3), hiddenSize: 4, sequenceLength: 6);
        setup.Network.Parameters.Span.Clear();
        setup.Pass.Layers[0].SetInitialState([0.5f, -0.5f, 0.25f, 0]);
        setup.Pass.Forward();
        Assert.Equal([0f, 0f, 0f, 0f], setup.Pass.Layers[0].Hidden(1).ToArray());
        Assert.Equal(Math.Tanh(0.5), setup.Pass.Layers[0].Hidden(2)[0][0], 1e-6);
        Assert.Equal(Math.Tanh(Math.Tanh(0.5)), setup.Pass.Layers[0].Hidden(5)[0][0], 1e-6);
        Assert.Equal([0f, 0f, 0f, 0f], setup.Pass.Layers[0].Hidden(3).ToArray());
    }

    [Fact]
    public void CarryState_SecondWindow_SkipsToNothingBeforeTheStateThatItBeginsWith()
    {
        // With all weights 0, the window's last state is all that a second window can skip to, from its third timestep.
        using PassSetup setup = Setup(Cells.RnnSkip(3), hiddenSize: 1, sequenceLength: 6);
        setup.Network.Parameters.Span.Clear();
        setup.Pass.Layers[0].SetInitialState([0.5f]);
        setup.Pass.Forward();
        float last = setup.Pass.Layers[0].Hidden(5)[0][0];
        setup.Pass.CarryState();
        setup.Pass.Forward();
        Assert.Equal(
            [last, 0f, 0f, MathF.Tanh(last), 0f, 0f],
            Enumerable.Range(LayerPass.Initial, 6).Select(t => setup.Pass.Layers[0].Hidden(t)[0][0]),
            (expected, actual) => Math.Abs(expected - actual) < RoundingTolerance);
    }

    private static PassSetup Setup(CellDescription cell, int hiddenSize, int sequenceLength) => new(
        new NetworkOptions { InputSize = 3, Layers = [new LayerOptions(cell, hiddenSize)], OutputSize = 2 },
        sequenceLength,
        batchSize: 1,
        threads: 1);

    private static float[] Gradients(
        CellDescription cell, int hiddenSize, int sequenceLength, Action<RecurrentNetwork> change)
    {
        using PassSetup setup = Setup(cell, hiddenSize, sequenceLength);
        change(setup.Network);
        setup.Pass.ResetState();
        setup.Pass.Forward();
        setup.Pass.Backward();
        return
        [
            .. setup.Network.Gradients.Span,
            .. Enumerable.Range(LayerPass.Initial, sequenceLength + 1)
                .SelectMany(t => setup.Pass.Layers[0].HiddenGradient(t).ToArray()),
        ];
    }

    private sealed class NoEquations : ICellEquations<float>
    {
        public void Forward(in CellForward<float> step) => step.HiddenBefore.CopyTo(step.Hidden);

        public void Backward(in CellBackward<float> step) => step.DHidden.CopyTo(step.DHiddenBefore);
    }
}
