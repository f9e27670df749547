namespace Backflow.Engine.Tests.Regularisers;

public sealed class GradientFlossingTests
{
    /// <summary>Central differences with ε = 1e-6 in double: truncation ε², rounding 1e-16/ε, both about 1e-10, and
    /// exponents of a few directions add up.</summary>
    private const double Differences = 1e-7;

    private const double Epsilon = 1e-6;

    /// <summary>A factorisation in double: 16 digits, a few dozen operations.</summary>
    private const double DoubleFactor = 1e-12;

    [Fact]
    public void Factor_Directions_AreOrthonormalAndMakeTheMatrixAgain()
    {
        const int K = 4, S = 7;
        double[] a = Gaussian(new SplittableRandom(1), K * S, 1);
        double[] q = [.. a];
        double[] r = new double[K * K];
        Assert.True(ThinQr.Factor(q, r, K));
        for (int i = 0; i < K; i++)
        {
            Assert.True(r[i * (K + 1)] > 0);
            for (int j = 0; j < K; j++)
            {
                double product = Enumerable.Range(0, S).Sum(n => q[(i * S) + n] * q[(j * S) + n]);
                Assert.Equal(i == j ? 1 : 0, product, DoubleFactor);
                Assert.True(i <= j || r[(i * K) + j] == 0, $"R[{i}, {j}] is {r[(i * K) + j]}.");
            }

            for (int n = 0; n < S; n++)
            {
                Assert.Equal(
                    a[(i * S) + n], Enumerable.Range(0, K).Sum(j => q[(j * S) + n] * r[(j * K) + i]), DoubleFactor);
            }
        }
    }

    [Fact]
    public void Factor_LostDirection_IsReported() =>
        Assert.False(ThinQr.Factor(new double[6], new double[4], 2));

    [Theory]
    [InlineData("rnn", 1, 1)]
    [InlineData("rnn", 5, 2)]
    [InlineData("rnn", 4, 4)]
    [InlineData("rnn-sigmoid", 3, 2)]
    [InlineData("lstm", 3, 2)]
    [InlineData("lstm", 4, 4)]
    [InlineData("gru", 3, 3)]
    [InlineData("gru", 5, 2)]
    public void AddGradient_EveryParameter_MatchesCentralDifferences(string cellName, int units, int count)
    {
        CellDescription kind = Cells.Named(cellName);
        FlossedSequence sequence = Random(kind, units, count, timesteps: 6);
        Assert.True(sequence.Measure() > 0);
        sequence.AddGradient(1);
        double scale = sequence.Gradients.All.Max(static values => values.Max(Math.Abs));
        Assert.True(scale > 1e-3, "Nothing is tested.");
        foreach ((double[] values, double[] gradients) in sequence.Weights.All.Zip(sequence.Gradients.All))
        {
            for (int i = 0; i < values.Length; i++)
            {
                double value = values[i];
                values[i] = value + Epsilon;
                double above = sequence.Measure();
                values[i] = value - Epsilon;
                double below = sequence.Measure();
                values[i] = value;
                double expected = (above - below) / (2 * Epsilon);
                Assert.True(
                    Math.Abs(expected - gradients[i]) <= Differences * Math.Max(1, scale),
                    $"[{i}] of {values.Length}: {gradients[i]:G9} instead of {expected:G9}.");
            }
        }
    }

    [Theory]
    [InlineData("rnn")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void Gradient_StepsOfAdam_MoveTheExponentsTowardsZero(string cellName)
    {
        CellDescription kind = Cells.Named(cellName);
        const int Updates = 60;
        RecurrentNetwork network = new(new NetworkOptions
        {
            VocabularySize = 4,
            InputSize = 3,
            Layers = [new LayerOptions(kind, 8), new LayerOptions(Cells.RnnTanh, 6)],
            OutputSize = 4,
        });
        NetworkInitialiser.Initialise(network, new InitialisationOptions(), new SplittableRandom(5));
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, 12, 4, pool);
        SplittableRandom random = new(6);
        foreach (ref int token in pass.Tokens)
        {
            token = random.NextInt32(4);
        }

        GradientFlossing flossing = new(pass, 4, seed: 7);
        Optimizer optimizer = new(network, new OptimizerOptions());
        pass.Forward();
        double before = flossing.Gradient(0, 4);
        double[] exponents = flossing.Exponents.ToArray();
        for (int i = 0; i < Updates; i++)
        {
            optimizer.Update(0.01);
            pass.Forward();
            flossing.Gradient(0, 4);
        }

        double after = flossing.Gradient(0, 4);
        Assert.True(after < 0.1 * before, $"{before:G4} became {after:G4}.");
        foreach ((double now, double then) in flossing.Exponents.ToArray().Zip(exponents))
        {
            Assert.True(Math.Abs(now) < Math.Abs(then), $"λ {then:G4} became {now:G4}.");
        }
    }

    [Fact]
    public void Gradient_DeadUnits_IsNaNAndMovesNothing()
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = 2,
            Layers = [new LayerOptions(Cells.RnnRelu, 3)],
        });
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, 4, 1, pool);
        network.Gradients.Span.Fill(1);
        pass.Forward();
        Assert.True(double.IsNaN(new GradientFlossing(pass, 2, seed: 1).Gradient(0, 1)));
        Assert.False(network.Gradients.Span.ContainsAnyExcept(0f));
    }

    private static FlossedSequence Random(CellDescription kind, int units, int count, int timesteps)
    {
        const int Inputs = 2;
        SplittableRandom random = new(3);
        FlossedSequence sequence = new(kind.Flossed!(), timesteps, units, Inputs, count);
        foreach (double[] values in sequence.Weights.All)
        {
            Gaussian(random, values.Length, 1 / Math.Sqrt(units)).CopyTo(values, 0);
        }

        Gaussian(random, sequence.Input.Length, 1).CopyTo(sequence.Input, 0);
        Gaussian(random, sequence.InitialState.Length, 0.5).CopyTo(sequence.InitialState);
        Gaussian(random, sequence.InitialDirections.Length, 1).CopyTo(sequence.InitialDirections);
        Assert.True(ThinQr.Factor(sequence.InitialDirections, new double[count * count], count));
        return sequence;
    }

    private static double[] Gaussian(SplittableRandom random, int count, double deviation) =>
        [.. Enumerable.Range(0, count).Select(_ => deviation * random.NextGaussian())];
}
