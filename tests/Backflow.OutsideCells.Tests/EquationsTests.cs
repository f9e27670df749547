using Backflow.Engine;

namespace Backflow.OutsideCells.Tests;

/// <summary>Cells from outside beside the engine's own: what they share must agree.</summary>
public sealed class EquationsTests
{
    private const int Timesteps = 9;

    /// <summary>Of the largest entry: both sides compute in float, with activations of different origin.</summary>
    private const double Rounding = 2e-5;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(17, 3)]
    [InlineData(48, 9)]
    [InlineData(300, 2)]
    public void OutsideLstm_Gradients_AreThoseOfTheEnginesLstm(int hidden, int batch)
    {
        float[] expected = Gradients(Cells.Lstm, hidden, batch, threads: 1);
        float[] actual = Gradients(OutsideLstm.Description, hidden, batch, threads: 1);
        double largest = expected.Max(MathF.Abs);
        Assert.True(largest > 0, "Nothing is tested.");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Rounding * largest));
    }

    [Fact]
    public void Gradients_TwoThreads_HaveTheSameBits() => Assert.Equal(
        Gradients(MinimalGatedUnit.Description, 48, 9, threads: 1),
        Gradients(MinimalGatedUnit.Description, 48, 9, threads: 2));

    [Fact]
    public void Initialise_ForgetBias_ClosesTheGateThatTakesTheNewState()
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = 2,
            Layers = [new LayerOptions(MinimalGatedUnit.Description, 3)],
        });
        NetworkInitialiser.Initialise(network, new InitialisationOptions { ForgetBias = 2 }, new SplittableRandom(1));
        float[] bias = new float[6];
        network.Layers[0].InputBias.Export(network.Parameters.Span, bias);
        Assert.Equal([-2f, -2f, -2f], bias[..3]);
    }

    private static float[] Gradients(CellDescription cell, int hidden, int batch, int threads)
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = 5,
            Layers = [new LayerOptions(cell, hidden), new LayerOptions(cell, hidden)],
        });
        SplittableRandom random = new(3);
        NetworkInitialiser.Initialise(network, new InitialisationOptions { ForgetBias = 1 }, random);
        using WorkerPool pool = new(threads);
        NetworkPass pass = new(network, Timesteps, batch, pool);
        pass.ResetState();
        pass.SetInput(Gaussian(random.Split("x"), Timesteps * batch * 5));
        pass.Forward();
        pass.SetOutputGradient(Gaussian(random.Split("dy"), Timesteps * batch * hidden));
        pass.Backward();
        return [.. network.Layout.Parameters.SelectMany(parameter =>
        {
            float[] values = new float[parameter.Count];
            parameter.Export(network.Gradients.Span, values);
            return values;
        })];
    }

    private static float[] Gaussian(SplittableRandom random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
}
