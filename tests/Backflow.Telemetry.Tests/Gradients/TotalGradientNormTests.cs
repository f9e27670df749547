using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class TotalGradientNormTests
{
    /// <summary>Relative: the norm is computed in double and rounded to float once.</summary>
    private const double RoundedToFloat = 1e-7;

    /// <summary>
    /// Relative: gradients through a few timesteps of float arithmetic against powers worked out by hand.
    /// </summary>
    private const double FloatBackward = 1e-5;

    private const ulong Seed = 3;

    public static TheoryData<string, int, int, int> Cases()
    {
        TheoryData<string, int, int, int> cases = [];
        foreach (string cell in TestedCells.Names)
        {
            cases.Add(cell, 1, 1, 1);
            cases.Add(cell, 6, 3, 17);
            cases.Add(cell, 9, 5, 64);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Measure_AfterBackward_MatchesNaiveNormOfEveryTimestep(
        string cellName, int sequenceLength, int batchSize, int hiddenSize)
    {
        CellDescription cell = TestedCells.Named(cellName);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = TrainedPass(cell, sequenceLength, batchSize, hiddenSize, pool);
        float[] norms = new float[sequenceLength];
        float[] gradient = new float[batchSize * hiddenSize];
        for (int layer = 0; layer < 2; layer++)
        {
            new TotalGradientNorm().Measure(pass.Layers[layer], norms);
            for (int t = 0; t < sequenceLength; t++)
            {
                pass.Layers[layer].HiddenGradient(t).CopyTo(gradient);
                double expected = Math.Sqrt(gradient.Sum(static value => (double)value * value));
                Assert.True(expected > 0, $"∂L/∂h at t = {t} of layer {layer} is zero: nothing is tested.");
                Assert.True(
                    Math.Abs(norms[t] - expected) <= RoundedToFloat * expected,
                    $"‖∂L/∂h‖ at t = {t} of layer {layer}: {norms[t]:G9}, naive {expected:G9}.");
                Deviations.Note("total gradient", Math.Abs(norms[t] - expected) / expected);
            }
        }
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(1f)]
    [InlineData(2f)]
    public void Measure_LinearScalarRecurrence_IsAPowerOfTheWeight(float weight)
    {
        const int SequenceLength = 30;
        float[] norms = NormsOfLinearRecurrence(SequenceLength, weight, lossGradient: 3);
        for (int t = 0; t < SequenceLength; t++)
        {
            double expected = 3 * Math.Pow(weight, SequenceLength - 1 - t);
            Assert.Equal(expected, norms[t], FloatBackward * expected);
            Deviations.Note("total gradient, linear", Math.Abs(norms[t] - expected) / expected);
        }
    }

    [Fact]
    public void Measure_GradientWhoseSquareVanishesInFloat_IsNotZero()
    {
        // 2⁻¹⁰⁰ ≈ 8·10⁻³¹: a float, but its square is none.
        float[] norms = NormsOfLinearRecurrence(sequenceLength: 101, weight: 0.5f, lossGradient: 1);
        Assert.Equal(Math.Pow(2, -100), norms[0], FloatBackward * Math.Pow(2, -100));
    }

    [Fact]
    public void Measure_GradientThatWasFlushed_IsExactlyZeroFromThereOn()
    {
        // ∂L/∂a = 2⁻¹⁰⁰ is the last that is multiplied by the weight; 2⁻¹⁰¹ would be a float for 48 timesteps more.
        const int LastLag = 101;
        float[] norms = NormsOfLinearRecurrence(sequenceLength: 140, weight: 0.5f, lossGradient: 1);
        Array.Reverse(norms);
        Assert.Equal(Math.Pow(2, -LastLag), norms[LastLag], FloatBackward * Math.Pow(2, -LastLag));
        Assert.All(norms[(LastLag + 1)..], static norm => Assert.Equal(0, norm));
    }

    [Fact]
    public void Measure_GradientThatIsNotFinite_ReportsIt()
    {
        float[] norms = NormsOfLinearRecurrence(sequenceLength: 4, weight: 0.5f, lossGradient: float.NaN);
        Assert.All(norms, static norm => Assert.Equal(float.NaN, norm));
    }

    [Fact]
    public void Measure_WrongLength_NamesTheExpectedShape()
    {
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = TrainedPass(Cells.Gru, sequenceLength: 4, batchSize: 1, hiddenSize: 1, pool);
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => new TotalGradientNorm().Measure(pass.Layers[0], new float[3]));
        Assert.Contains("[T] = 4", exception.Message, StringComparison.Ordinal);
    }

    // ReLU of one unit that stays positive: hₜ = w·hₜ₋₁ from h₀ = 1, so that ∂h_T/∂hₜ = w^(T−t).
    private static float[] NormsOfLinearRecurrence(int sequenceLength, float weight, float lossGradient)
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = 1,
            Layers = [new LayerOptions(Cells.RnnRelu, 1)],
        });
        network.Layers[0].RecurrentWeights.Import([weight], network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, sequenceLength, batchSize: 1, pool);
        pass.Layers[0].SetInitialState([1f]);
        pass.Forward();
        pass.Layers[0].SetFinalStateGradient([lossGradient]);
        pass.Backward();
        float[] norms = new float[sequenceLength];
        new TotalGradientNorm().Measure(pass.Layers[0], norms);
        return norms;
    }

    private static NetworkPass TrainedPass(
        CellDescription cell, int sequenceLength, int batchSize, int hiddenSize, WorkerPool pool)
    {
        const int Classes = 5;
        RecurrentNetwork network = new(new NetworkOptions
        {
            VocabularySize = Classes,
            InputSize = 4,
            Layers = [new LayerOptions(cell, hiddenSize), new LayerOptions(cell, hiddenSize)],
            OutputSize = Classes,
        });
        SplittableRandom random = new(Seed);
        NetworkInitialiser.Initialise(
            network, new InitialisationOptions { Scheme = InitialisationScheme.Identity }, random);
        NetworkPass pass = new(network, sequenceLength, batchSize, pool);
        for (int i = 0; i < pass.Tokens.Length; i++)
        {
            pass.Tokens[i] = random.NextInt32(Classes);
            pass.Head!.Targets[i] = random.NextInt32(Classes);
        }

        pass.Forward();
        pass.Backward();
        return pass;
    }
}
