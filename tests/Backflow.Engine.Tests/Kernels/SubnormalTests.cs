namespace Backflow.Engine.Tests.Kernels;

/// <summary>What becomes of gradients that vanish through 10⁻³⁸.</summary>
public sealed class SubnormalTests
{
    /// <summary>2⁻¹⁰⁰: what is smaller is flushed.</summary>
    private static readonly float Smallest = MathF.Pow(2, -100);

    [Theory]
    [InlineData("rnn")]
    [InlineData("rnn-sigmoid")]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("gru-reset-before")]
    public void Backward_GradientVanishesOver300Timesteps_NoSubnormalNumberMultipliesTheWeights(string cellName)
    {
        CellDescription cell = Cells.Named(cellName);
        const int HiddenSize = 17;
        const int SequenceLength = 300;
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = 3,
            Layers = [new LayerOptions(cell, HiddenSize)],
        });
        NetworkInitialiser.Initialise(
            network,
            new InitialisationOptions { Scheme = InitialisationScheme.SpectralNorm, Gain = 0.3, ForgetBias = -2 },
            new SplittableRandom(1));

        // A GRU forgets only where its update gate says so.
        Parameter bias = network.Layers[0].InputBias;
        float[] values = new float[bias.Count];
        bias.Export(network.Parameters.Span, values);
        for (int i = 0; cell is { IsGated: true, HasCellState: false } && i < HiddenSize; i++)
        {
            values[HiddenSize + i] = cell == Cells.Gru ? -2 : 2;
        }

        bias.Import(values, network.Parameters.Span);
        using WorkerPool pool = new(1);
        NetworkPass pass = new(network, SequenceLength, batchSize: 2, pool);
        float[] gradient = new float[SequenceLength * 2 * HiddenSize];
        gradient.AsSpan(^(2 * HiddenSize)..).Fill(1);
        pass.SetOutputGradient(gradient);
        pass.Forward();
        pass.Backward();

        float[] first = new float[2 * HiddenSize];
        pass.Layers[0].HiddenGradient(0).CopyTo(first);
        Assert.All(first, value => Assert.Equal(0, value));
        pass.Layers[0].HiddenGradient(SequenceLength - 1).CopyTo(first);
        Assert.All(first, value => Assert.NotEqual(0, value));
        foreach (float value in pass.Layers[0].Buffers.Gate.Span)
        {
            Assert.True(
                value == 0 || MathF.Abs(value) >= Smallest, $"{cell}: {value:G9} is neither 0 nor at least 2⁻¹⁰⁰.");
        }
    }
}
