using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Lessons.Dependencies;

/// <summary>What the gates of the trained LSTM say at each word, and what they keep of a gradient.</summary>
/// <remarks>
/// The carousel from word t to the last is the product of the forget gates after t, a diagonal matrix; ∂c/∂cₜ of the
/// last cell state c is the block of the Jacobian product that leads from cell state to cell state. Of both the
/// Frobenius norm is divided by √H: 1 is a state that is kept whole.
/// </remarks>
internal static class GateReader
{
    private const string Cell = "lstm";

    /// <summary>The sentence of a <c>kind</c>, <c>distance</c> and <c>number</c>, read by the network after
    /// <c>steps</c>.</summary>
    public static GatesAnswer Answer(QuestionValues values)
    {
        DependencySentence sentence = DependencyQuestions.Drawn(values);
        RecurrentNetwork network = DependencyNetworks.Of(Cell, DependencyQuestions.Steps(values));
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, DependencyKinds.LongestBeginning, batchSize: 1, pool);
        TaskBatch batch = new(DependencyTask.Sizes, batchSize: 1);
        DependencyTask.Write(sentence, row: 0, batch);
        batch.CopyTo(pass);
        pass.ResetState();
        pass.Forward();
        int first = pass.SequenceLength - sentence.Words.Length;
        GateRows rows = new(network.Options.Layers[0].Cell, pass.SequenceLength);
        GateStatistics.Measure(pass.Layers[0], rows);
        return new GatesAnswer(
            sentence.Words,
            sentence.Key,
            sentence.Answer,
            Enumerable.Range(0, rows.Gates.Length).ToImmutableSortedDictionary(
                gate => rows.Gates[gate],
                gate => Means(rows.Mean(gate)[first..]),
                StringComparer.Ordinal),
            Carousel(pass, first),
            Measured(pass, first));
    }

    private static ImmutableArray<double> Means(Span<float> means)
    {
        double[] values = new double[means.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = means[i];
        }

        return [.. values];
    }

    private static ImmutableArray<double> Carousel(NetworkPass pass, int first)
    {
        LayerPass layer = pass.Layers[0];
        int forget = (int)LstmGate.Forget;
        double[] kept = new double[layer.HiddenSize];
        Array.Fill(kept, 1);
        float[] gate = new float[layer.HiddenSize];
        double[] gains = new double[pass.SequenceLength - first];
        for (int t = pass.SequenceLength - 1; t >= first; t--)
        {
            gains[t - first] = RootMeanSquare(kept, layer.HiddenSize);
            layer.Gate(forget, t, gate);
            for (int unit = 0; unit < kept.Length; unit++)
            {
                kept[unit] *= gate[unit];
            }
        }

        return [.. gains];
    }

    private static ImmutableArray<double> Measured(NetworkPass pass, int first)
    {
        JacobianProduct products = JacobianProduct.Compute(LayerTrajectory.Read(pass, 0, 0));
        int size = products.StateSize;
        int units = size / 2;
        double[] gains = new double[pass.SequenceLength - first];
        double[] block = new double[units * units];
        for (int t = first; t < pass.SequenceLength; t++)
        {
            ReadOnlySpan<double> matrix = products.Matrix(t);
            for (int row = 0; row < units; row++)
            {
                matrix.Slice(((units + row) * size) + units, units).CopyTo(block.AsSpan(row * units));
            }

            gains[t - first] = RootMeanSquare(block, units);
        }

        return [.. gains];
    }

    private static double RootMeanSquare(double[] values, int units) =>
        Math.Sqrt(values.Sum(static value => value * value) / units);
}

/// <summary>The gates of a sentence; arrays have one entry for each word.</summary>
/// <param name="Words">What is read.</param>
/// <param name="Key">The place of the word that decides.</param>
/// <param name="Answer">The word that has to follow.</param>
/// <param name="Gates">The mean of each gate over the units, by its name.</param>
/// <param name="Carousel">‖Π f‖ over the words after this one, divided by √H.</param>
/// <param name="Measured">‖∂c/∂cₜ‖ of the last cell state, divided by √H.</param>
internal sealed record GatesAnswer(
    ImmutableArray<string> Words,
    int Key,
    string Answer,
    ImmutableSortedDictionary<string, ImmutableArray<double>> Gates,
    ImmutableArray<double> Carousel,
    ImmutableArray<double> Measured);
