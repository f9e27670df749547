namespace Backflow.Engine.Tests.Initialisation;

/// <summary>The schemes that draw from a uniform distribution: PyTorch's default and Glorot's.</summary>
public class UniformSchemeTests
{
    /// <summary>A bound of the form 1/√n rounded to float may be exceeded by half a unit in its last place.</summary>
    private const double FloatBound = 1 + 1e-7;

    /// <summary>
    /// Standard errors by which a sample moment may miss the true one: beyond six, a sound generator would fail once in
    /// 10⁹ seeds, and the seed is fixed.
    /// </summary>
    private const double StandardErrors = 6;

    private static readonly string[] Recurrent = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"];

    [Theory]
    [InlineData("rnn", 1)]
    [InlineData("rnn-relu", 3)]
    [InlineData("lstm", 16)]
    [InlineData("gru", 33)]
    [InlineData("gru-reset-before", 64)]
    public void Initialise_PyTorch_IsUniformInOneOverRootH(string cellName, int hiddenSize)
    {
        CellDescription cell = Cells.Named(cellName);
        RecurrentNetwork network = InitialisedNetwork.Create(cell, hiddenSize, new InitialisationOptions());
        foreach (string name in Recurrent)
        {
            IsUniform(network.Values(name), 1 / Math.Sqrt(hiddenSize), name);
        }
    }

    [Theory]
    [InlineData(InitialisationScheme.PyTorch)]
    [InlineData(InitialisationScheme.Glorot)]
    [InlineData(InitialisationScheme.Orthogonal)]
    public void Initialise_AnyScheme_DrawsHeadAndEmbeddingAsPyTorch(InitialisationScheme scheme)
    {
        const int HiddenSize = 33;
        RecurrentNetwork network = InitialisedNetwork.Create(
            Cells.Lstm, HiddenSize, new InitialisationOptions { Scheme = scheme }, inputSize: 64);
        IsUniform(network.Values("head.weight"), 1 / Math.Sqrt(HiddenSize), "head.weight");
        IsUniform(network.Values("head.bias"), 1 / Math.Sqrt(HiddenSize), "head.bias");
        HasMoments(network.Values("embedding.weight"), variance: 1, fourthMoment: 3, "embedding.weight");
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(1, 3)]
    [InlineData(7, 16)]
    [InlineData(64, 33)]
    [InlineData(33, 64)]
    public void Initialise_Glorot_BoundsEachGateByItsOwnFans(int inputSize, int hiddenSize)
    {
        InitialisationOptions options = new() { Scheme = InitialisationScheme.Glorot };
        RecurrentNetwork network = InitialisedNetwork.Create(Cells.Lstm, hiddenSize, options, inputSize);
        IsUniform(network.Values("weight_ih_l0"), Math.Sqrt(6.0 / (inputSize + hiddenSize)), "weight_ih_l0");
        IsUniform(network.Values("weight_hh_l0"), Math.Sqrt(6.0 / (hiddenSize + hiddenSize)), "weight_hh_l0");
        Assert.All(network.Values("bias_ih_l0"), static value => Assert.Equal(0, value));
        Assert.All(network.Values("bias_hh_l0"), static value => Assert.Equal(0, value));
    }

    // U(−b, b): mean 0, variance b²/3, fourth moment b⁴/5.
    private static void IsUniform(float[] values, double bound, string name)
    {
        double largest = values.Max(Math.Abs);
        Assert.True(largest <= bound * FloatBound, $"{name}: |{largest:G6}| exceeds {bound:G6}.");

        // The largest of n draws lies within a share k/n of the bound with probability 1 − e⁻ᵏ.
        double nearTheBound = 1 - (20.0 / values.Length);
        Assert.True(largest >= bound * nearTheBound, $"{name}: the largest of {values.Length} is only {largest:G6}.");
        HasMoments(values, bound * bound / 3, Math.Pow(bound, 4) / 5, name);
    }

    private static void HasMoments(float[] values, double variance, double fourthMoment, string name)
    {
        double mean = values.Average(static value => (double)value);
        double square = values.Average(static value => (double)value * value);
        double meanError = StandardErrors * Math.Sqrt(variance / values.Length);
        double squareError = StandardErrors * Math.Sqrt((fourthMoment - (variance * variance)) / values.Length);
        Assert.True(Math.Abs(mean) <= meanError, $"{name}: mean {mean:G4}, expected 0 ± {meanError:G4}.");
        Assert.True(
            Math.Abs(square - variance) <= squareError,
            $"{name}: mean square {square:G4}, expected {variance:G4} ± {squareError:G4}.");
    }
}
