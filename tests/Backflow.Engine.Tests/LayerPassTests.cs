namespace Backflow.Engine.Tests;

public class LayerPassTests
{
    private const int T = 3;

    [Fact]
    public void SetInitialState_IsWhatHiddenAndCellShowBeforeTimestep0()
    {
        using PassSetup setup = Lstm(hiddenSize: 5);
        float[] hidden = PassSetup.Gaussian(seed: 1, 10);
        float[] cell = PassSetup.Gaussian(seed: 2, 10);
        LayerPass layer = setup.Pass.Layers[0];
        layer.SetInitialState(hidden, cell);
        Assert.Equal(hidden, layer.Hidden(LayerPass.Initial).ToArray());
        Assert.Equal(cell, layer.Cell(LayerPass.Initial).ToArray());
        Assert.Equal(hidden[5..], layer.Hidden(LayerPass.Initial)[1].ToArray());
    }

    [Fact]
    public void CarryState_ReadsTheStateAfterTheLastTimestep()
    {
        using PassSetup setup = Lstm(hiddenSize: 5);
        LayerPass layer = setup.Pass.Layers[0];
        setup.Pass.Forward();
        float[] final = layer.Hidden(T - 1).ToArray();
        Assert.NotEqual(final, layer.Hidden(LayerPass.Initial).ToArray());
        setup.Pass.CarryState();
        Assert.Equal(final, layer.Hidden(LayerPass.Initial).ToArray());
    }

    [Fact]
    public void Norm_OfAnyRows_IsThatOfTheValuesWithoutPadding()
    {
        NetworkOptions options = new()
        {
            InputSize = 2,
            Layers = [new LayerOptions(Cells.RnnSigmoid, 17), new LayerOptions(Cells.Lstm, 3)],
        };
        using PassSetup setup = new(options, T, batchSize: 2, threads: 1);
        setup.Pass.Forward();
        setup.Pass.SetOutputGradient(PassSetup.Gaussian(seed: 1, T * 2 * 3));
        setup.Pass.Backward();
        for (int t = 0; t < T; t++)
        {
            foreach (LayerPass layer in setup.Pass.Layers)
            {
                AssertNorm(layer.Hidden(t).ToArray(), layer.Hidden(t).Norm());
                AssertNorm(layer.HiddenGradient(t).ToArray(), layer.HiddenGradient(t).Norm());
                AssertNorm(layer.Input(t).ToArray(), layer.Input(t).Norm());
            }
        }
    }

    [Fact]
    public void CandidateState_WithoutResetBefore_IsTheStateOneTimestepEarlier()
    {
        using PassSetup setup = Lstm(hiddenSize: 5);
        setup.Pass.Forward();
        LayerPass layer = setup.Pass.Layers[0];
        Assert.Equal(layer.Hidden(LayerPass.Initial).ToArray(), layer.CandidateState(0).ToArray());
        Assert.Equal(layer.Hidden(1).ToArray(), layer.CandidateState(2).ToArray());
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(T)]
    public void Hidden_NoSuchTimestep_SaysWhichThereAre(int t)
    {
        using PassSetup setup = Lstm(hiddenSize: 5);
        ArgumentOutOfRangeException refusal = Assert.Throws<ArgumentOutOfRangeException>(
            () => setup.Pass.Layers[0].Hidden(t).ToArray());
        Assert.Contains("0 to 2, and -1 for the initial one", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LayerPass.Initial)]
    [InlineData(T)]
    public void Gate_NoSuchTimestep_SaysWhichThereAre(int t)
    {
        using PassSetup setup = Lstm(hiddenSize: 5);
        ArgumentOutOfRangeException refusal = Assert.Throws<ArgumentOutOfRangeException>(
            () => setup.Pass.Layers[0].Gate((int)LstmGate.Forget, t, new float[10]));
        Assert.Contains("0 to 2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cell_OfACellWithoutCellState_SaysSo()
    {
        NetworkOptions options = new() { InputSize = 2, Layers = [new LayerOptions(Cells.Gru, 5)] };
        using PassSetup setup = new(options, T, batchSize: 2, threads: 1);
        InvalidOperationException refusal =
            Assert.Throws<InvalidOperationException>(() => setup.Pass.Layers[0].Cell(0).ToArray());
        Assert.Equal("Layer 0 has no cell state.", refusal.Message);
    }

    private static void AssertNorm(float[] values, double norm)
    {
        double expected = Math.Sqrt(values.Sum(static value => (double)value * value));
        Assert.True(expected > 0, "nothing is tested");
        Assert.Equal(expected, norm, 1e-5 * expected);
    }

    private static PassSetup Lstm(int hiddenSize) => new(
        new NetworkOptions { InputSize = 2, Layers = [new LayerOptions(Cells.Lstm, hiddenSize)] },
        T,
        batchSize: 2,
        threads: 1);
}
