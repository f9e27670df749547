namespace Backflow.Engine.Tests.Regularisers;

public sealed class OmegaRegulariserTests
{
    /// <summary>
    /// Central differences with ε = 1e-6 in double: truncation ε², rounding 1e-16/ε, both about 1e-10.
    /// </summary>
    private const double Differences = 1e-7;

    private const double Epsilon = 1e-6;

    /// <summary>Gradients are kept in float, 24 bits, and here subtracted from one another.</summary>
    private const double FloatGradient = 2e-6;

    [Theory]
    [InlineData("rnn", 1)]
    [InlineData("rnn", 17)]
    [InlineData("rnn-sigmoid", 3)]
    [InlineData("rnn-sigmoid", 16)]
    [InlineData("rnn-relu", 17)]
    public void AddGradient_OneTimestep_MatchesCentralDifferencesOfTheImmediateFunction(string cellName, int h)
    {
        CellDescription cell = Cells.Named(cellName);
        SplittableRandom random = new(3);
        double[] r = Gaussian(random, h * h, 1.5 / Math.Sqrt(h));
        double[] g = Gaussian(random, h, 1e-3);
        double[] before = Gaussian(random, h, 0.5);
        double[] rest = Gaussian(random, h, 0.5);
        rest[0] = 1;
        double[] gradient = new double[h * h];
        double omega = new OmegaTerm(cell.ElmanActivation!, h).AddGradient(
            r, g, before, Next(cell, r, before, rest), 1, gradient);
        Assert.Equal(Omega(cell, r, g, before, rest), omega, 1e-12);

        double scale = gradient.Max(Math.Abs);
        Assert.True(scale > 0, "Nothing is tested.");
        for (int i = 0; i < r.Length; i++)
        {
            double value = r[i];
            r[i] = value + Epsilon;
            double above = Omega(cell, r, g, before, rest);
            r[i] = value - Epsilon;
            double below = Omega(cell, r, g, before, rest);
            r[i] = value;
            double expected = (above - below) / (2 * Epsilon);
            Assert.True(
                Math.Abs(expected - gradient[i]) <= Differences * Math.Max(1, scale),
                $"R[{i}]: {gradient[i]:G9} instead of {expected:G9}.");
        }
    }

    [Fact]
    public void AddGradient_Network_AddsTheMeanOverSequencesToTheRecurrentWeightsOfElmanLayersAlone()
    {
        const int H = 5, Timesteps = 6, Batch = 3;
        RecurrentNetwork network = new(new NetworkOptions
        {
            VocabularySize = 4,
            InputSize = 3,
            Layers = [new LayerOptions(Cells.Lstm, 4), new LayerOptions(Cells.RnnTanh, H)],
            OutputSize = 4,
        });
        NetworkInitialiser.Initialise(network, new InitialisationOptions(), new SplittableRandom(5));
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, Timesteps, Batch, pool);
        SplittableRandom random = new(6);
        for (int i = 0; i < pass.Tokens.Length; i++)
        {
            pass.Tokens[i] = random.NextInt32(4);
            pass.Head!.Targets[i] = random.NextInt32(4);
        }

        pass.Forward();
        pass.Backward();
        float[] without = network.Gradients.Span.ToArray();
        double omega = new OmegaRegulariser(pass).AddGradient(0.25);

        Parameter weights = network.Layers[1].RecurrentWeights;
        double[] expected = new double[H * H];
        double sum = 0;
        OmegaTerm term = new(CellActivation.Tanh, H);
        double[] r = Exported(weights, network.Parameters.Span);
        for (int t = 1; t < Timesteps; t++)
        {
            for (int row = 0; row < Batch; row++)
            {
                float[] g = new float[Batch * H];
                pass.Layers[1].HiddenGradient(t).CopyTo(g);
                sum += term.AddGradient(
                    r, Row(g, row), Row(Hidden(t - 1), row), Row(Hidden(t), row), 0.25 / Batch, expected);
            }
        }

        Assert.Equal(sum / Batch, omega, 1e-12);
        double[] now = Exported(weights, network.Gradients.Span);
        double[] then = Exported(weights, without);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], now[i] - then[i], FloatGradient * Math.Max(1, Math.Abs(now[i])));
        }

        weights.Import(Array.ConvertAll(then, static value => (float)value), network.Gradients.Span);
        Assert.Equal(without, network.Gradients.Span.ToArray());

        float[] Hidden(int t)
        {
            float[] states = new float[Batch * H];
            pass.Layers[1].Hidden(t).CopyTo(states);
            return states;
        }

        static double[] Row(float[] batch, int row) =>
            [.. batch.Skip(row * H).Take(H).Select(static value => (double)value)];
    }

    private static double[] Exported(Parameter parameter, ReadOnlySpan<float> buffer)
    {
        float[] values = new float[parameter.Count];
        parameter.Export(buffer, values);
        return Array.ConvertAll(values, static value => (double)value);
    }

    // The definition, word by word: J by a loop, g·J, two norms.
    private static double Omega(CellDescription cell, double[] r, double[] g, double[] before, double[] rest)
    {
        int h = g.Length;
        double[] after = Next(cell, r, before, rest);
        double arriving = 0;
        for (int j = 0; j < h; j++)
        {
            double u = 0;
            for (int i = 0; i < h; i++)
            {
                double slope = cell.Name switch
                {
                    "rnn" => 1 - (after[i] * after[i]),
                    "rnn-sigmoid" => after[i] * (1 - after[i]),
                    _ => after[i] > 0 ? 1.0 : 0,
                };
                u += g[i] * slope * r[(i * h) + j];
            }

            arriving += u * u;
        }

        double ratio = Math.Sqrt(arriving / g.Sum(static value => value * value));
        return (ratio - 1) * (ratio - 1);
    }

    private static double[] Next(CellDescription cell, double[] r, double[] before, double[] rest) =>
    [
        .. rest.Select((bias, i) =>
        {
            double a = bias + before.Select((value, j) => value * r[(i * before.Length) + j]).Sum();
            return cell.Name switch
            {
                "rnn" => Math.Tanh(a),
                "rnn-sigmoid" => 1 / (1 + Math.Exp(-a)),
                _ => Math.Max(0, a),
            };
        }),
    ];

    private static double[] Gaussian(SplittableRandom random, int count, double deviation) =>
        [.. Enumerable.Range(0, count).Select(_ => deviation * random.NextGaussian())];
}
