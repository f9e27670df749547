using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Telemetry.Tests;

/// <summary>A seeded network, one pass over it, and its double twin with the same parameters and inputs.</summary>
internal sealed class TwinSetup : IDisposable
{
    /// <summary>Largest absolute difference of float engine and double twin, relative to the largest value
    /// there.</summary>
    public const double FloatAgainstTwin = 2e-5;

    private readonly WorkerPool _pool = new(threads: 1);

    public TwinSetup(NetworkOptions options, int sequenceLength, int batchSize, double scale = 0.5, ulong seed = 17)
    {
        Network = new RecurrentNetwork(options);
        SplittableRandom random = new(seed);
        foreach (Parameter parameter in Network.Layout.Parameters)
        {
            SplittableRandom own = random.Split(parameter.Name);
            float[] values =
                [.. Enumerable.Range(0, parameter.Count).Select(_ => (float)own.NextUniform(-scale, scale))];
            parameter.Import(values, Network.Parameters.Span);
        }

        Pass = new NetworkPass(Network, sequenceLength, batchSize, _pool);
        Twin = new ReferenceNetwork(options, sequenceLength, batchSize);
        Twin.CopyParametersFrom(Network);
        SplittableRandom inputs = random.Split("inputs");
        if (options.VocabularySize > 0)
        {
            for (int i = 0; i < Pass.Tokens.Length; i++)
            {
                Pass.Tokens[i] = Twin.Tokens[i] = inputs.NextInt32(options.VocabularySize);
            }
        }
        else
        {
            Input = Gaussian(inputs, sequenceLength * batchSize * options.InputSize);
            Pass.SetInput(Input);
            Widen(Input, Twin.Input);
        }

        for (int layer = 0; layer < options.Layers.Length; layer++)
        {
            float[] hidden = Gaussian(inputs, batchSize * options.Layers[layer].HiddenSize, 0.5);
            float[] cell = Pass.Layers[layer].HasCellState ? Gaussian(inputs, hidden.Length, 0.5) : [];
            Pass.Layers[layer].SetInitialState(hidden, cell);
            Widen(hidden, Twin.Hidden(layer));
            Widen(cell, Twin.CellState(layer));
        }

        for (int i = 0; Pass.Head is not null && i < Pass.Head.Targets.Length; i++)
        {
            Pass.Head.Targets[i] = Twin.Targets[i] = inputs.NextInt32(options.OutputSize);
        }
    }

    public RecurrentNetwork Network { get; }

    public NetworkPass Pass { get; }

    public ReferenceNetwork Twin { get; }

    /// <summary>x, [T, B, I], of a network that reads vectors.</summary>
    public float[] Input { get; } = [];

    public static NetworkOptions Stack(params ImmutableArray<LayerOptions> layers) => new()
    {
        VocabularySize = 7,
        InputSize = 5,
        Layers = layers,
        OutputSize = 7,
    };

    public static NetworkOptions Vectors(CellDescription cell, int hiddenSize, int inputSize = 3) => new()
    {
        InputSize = inputSize,
        Layers = [new LayerOptions(cell, hiddenSize)],
    };

    public static float[] Gaussian(SplittableRandom random, int count, double deviation = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(deviation * random.NextGaussian()))];

    public static void Widen(ReadOnlySpan<float> values, Span<double> target)
    {
        for (int i = 0; i < values.Length; i++)
        {
            target[i] = values[i];
        }
    }

    public static double Norm(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value * value;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Asserts that two sequences agree relative to the largest expected value; returns the
    /// deviation.</summary>
    public static double Close(
        ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = 0;
        foreach (double value in expected)
        {
            scale = Math.Max(scale, Math.Abs(value));
        }

        Assert.True(scale > 0, $"{what} is zero everywhere: nothing is tested.");
        double worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double deviation = Math.Abs(expected[i] - actual[i]) / scale;
            worst = Math.Max(worst, deviation);
            Assert.True(
                deviation <= tolerance,
                $"{what}[{i}]: measured {actual[i]:G9}, expected {expected[i]:G9}, deviation {deviation:G3}.");
        }

        Deviations.Note(what, worst);
        return worst;
    }

    public static double Close(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        double[] wide = new double[actual.Length];
        Widen(actual, wide);
        return Close(expected, wide, tolerance, what);
    }

    public void Dispose() => _pool.Dispose();
}
