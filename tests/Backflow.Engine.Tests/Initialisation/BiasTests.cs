namespace Backflow.Engine.Tests.Initialisation;

public class BiasTests
{
    /// <summary>log U is rounded to float, so that its exponential may leave the range by as much.</summary>
    private const double LogAsFloat = 1e-6;

    private static readonly int[] Sizes = [1, 3, 16, 33, 64];

    [Theory]
    [InlineData(InitialisationScheme.PyTorch)]
    [InlineData(InitialisationScheme.Orthogonal)]
    public void Initialise_ForgetBias_IsTheSumOfBothBiasesOfThatGateAlone(InitialisationScheme scheme)
    {
        foreach (int hiddenSize in Sizes)
        {
            InitialisationOptions plain = new() { Scheme = scheme };
            RecurrentNetwork before = InitialisedNetwork.Create(Cells.Lstm, hiddenSize, plain);
            RecurrentNetwork after = InitialisedNetwork.Create(
                Cells.Lstm, hiddenSize, plain with { ForgetBias = 1.5 });
            foreach (LstmGate gate in Enum.GetValues<LstmGate>())
            {
                float[] expected = gate == LstmGate.Forget
                    ? [.. Enumerable.Repeat(1.5f, hiddenSize)]
                    : Sum(before, (int)gate, hiddenSize);
                Assert.Equal(expected, Sum(after, (int)gate, hiddenSize));
            }
        }
    }

    [Theory]
    [InlineData("rnn")]
    [InlineData("gru")]
    [InlineData("gru-reset-before")]
    public void Initialise_ForgetBiasOfACellWithoutForgetGate_ChangesNothing(string cellName)
    {
        CellDescription cell = Cells.Named(cellName);
        RecurrentNetwork before = InitialisedNetwork.Create(cell, 5, new InitialisationOptions());
        RecurrentNetwork after = InitialisedNetwork.Create(cell, 5, new InitialisationOptions { ForgetBias = 3 });
        Assert.Equal(before.Parameters.Span.ToArray(), after.Parameters.Span.ToArray());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(784)]
    public void Initialise_ChronoLstm_DrawsForgetAndMirrorsInput(double maximum)
    {
        foreach (int hiddenSize in Sizes)
        {
            RecurrentNetwork network = Chrono(Cells.Lstm, hiddenSize, maximum);
            float[] forget = Sum(network, (int)LstmGate.Forget, hiddenSize);
            IsLogOfUniform(forget, maximum);
            Assert.Equal(forget.Select(static value => -value), Sum(network, (int)LstmGate.Input, hiddenSize));
        }
    }

    // σ(b) is the share that a unit keeps per timestep: z in PyTorch's convention, 1 − z in Cho's.
    [Theory]
    [InlineData("gru", 1)]
    [InlineData("gru-reset-before", -1)]
    public void Initialise_ChronoGru_BiasesTheGateTowardsKeeping(string cellName, int sign)
    {
        CellDescription cell = Cells.Named(cellName);
        const double Maximum = 100;
        foreach (int hiddenSize in Sizes)
        {
            RecurrentNetwork network = Chrono(cell, hiddenSize, Maximum);
            float[] update = Sum(network, (int)GruGate.Update, hiddenSize);
            IsLogOfUniform([.. update.Select(value => sign * value)], Maximum);
        }
    }

    [Fact]
    public void Initialise_ChronoAndForgetBias_ChronoDecides()
    {
        InitialisationOptions options = new() { ForgetBias = 9, ChronoMaximum = 50 };
        RecurrentNetwork both = InitialisedNetwork.Create(Cells.Lstm, 16, options);
        RecurrentNetwork chrono = Chrono(Cells.Lstm, 16, 50);
        Assert.Equal(chrono.Parameters.Span.ToArray(), both.Parameters.Span.ToArray());
    }

    [Fact]
    public void Initialise_ChronoOfAnElmanNetwork_ChangesNothing()
    {
        RecurrentNetwork plain = InitialisedNetwork.Create(Cells.RnnTanh, 16, new InitialisationOptions());
        Assert.Equal(plain.Parameters.Span.ToArray(), Chrono(Cells.RnnTanh, 16, 50).Parameters.Span.ToArray());
    }

    [Fact]
    public void Initialise_Chrono_SpreadsOverTheWholeRange()
    {
        float[] forget = Sum(Chrono(Cells.Lstm, 64, 1001), (int)LstmGate.Forget, 64);
        Assert.True(forget.Max() > Math.Log(800), $"The longest of 64 memories is e^{forget.Max():G3}.");
        Assert.True(forget.Min() < Math.Log(200), $"The shortest of 64 memories is e^{forget.Min():G3}.");
    }

    [Theory]
    [InlineData(0.0, null)]
    [InlineData(-1.0, null)]
    [InlineData(1.0, 1.5)]
    public void Initialise_OptionOutOfRange_Throws(double gain, double? chronoMaximum) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => InitialisedNetwork.Create(
            Cells.Lstm, 3, new InitialisationOptions { Gain = gain, ChronoMaximum = chronoMaximum }));

    private static RecurrentNetwork Chrono(CellDescription cell, int hiddenSize, double maximum) =>
        InitialisedNetwork.Create(cell, hiddenSize, new InitialisationOptions { ChronoMaximum = maximum });

    private static void IsLogOfUniform(float[] biases, double maximum) => Assert.All(
        biases,
        bias => Assert.InRange(Math.Exp(bias), 1 - LogAsFloat, (maximum - 1) * (1 + LogAsFloat)));

    private static float[] Sum(RecurrentNetwork network, int gate, int hiddenSize) =>
    [
        .. network.BiasOf("bias_ih_l0", gate, hiddenSize).Zip(
            network.BiasOf("bias_hh_l0", gate, hiddenSize), static (input, recurrent) => input + recurrent),
    ];
}
