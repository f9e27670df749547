using Backflow.Engine;
using Backflow.Tensors;
using Backflow.Training.Transcription;
using Xunit;

namespace Backflow.Training.Tests.Transcription;

public sealed class TranscriptionTrainingTests
{
    /// <summary>Sums of at most eight weights in float.</summary>
    private const double WeightTolerance = 1e-6;

    private static readonly TranscriptionPlan Plan = new() { LongestLength = 4, Steps = 400 };

    [Fact]
    public void Advance_ShortSequences_AreLearntByEverySystem() => Assert.All(TranscriptionSystem.All, static system =>
    {
        Transcriber model = system.Create(hiddenSize: 16);
        using WorkerPool pool = new(threads: 1);
        Train(model, Plan, pool);

        // A tenth of the usual steps: short of perfect, and far above a guess, which gets one of eight.
        double right = TranscriptionScore.Measure(model, length: 2, sequences: 100, seed: 9).Symbols;
        Assert.True(right > 0.5, $"{system.Title} copies {right:P0} of two symbols.");
    });

    [Fact]
    public void Advance_AnotherNumberOfThreads_GivesTheSameBits()
    {
        Transcriber one = TranscriptionSystem.All[^1].Create(hiddenSize: 17);
        Transcriber two = TranscriptionSystem.All[^1].Create(hiddenSize: 17);
        using WorkerPool single = new(threads: 1);
        using WorkerPool pair = new(threads: 2);
        TranscriptionPlan plan = Plan with { Steps = 30 };
        Train(one, plan, single);
        Train(two, plan, pair);
        foreach ((TranscriberPart first, TranscriberPart second) in one.Parts.Zip(two.Parts))
        {
            Assert.Equal(first.Parameters.Span.ToArray(), second.Parameters.Span.ToArray());
        }
    }

    [Fact]
    public void Advance_AnotherSeed_GivesAnotherLoss()
    {
        using WorkerPool pool = new(threads: 1);
        double First(ulong seed) => new TranscriptionTraining(
            TranscriptionSystem.All[0].Create(8), Plan with { Seed = seed }, pool).Advance();
        Assert.Equal(First(1), First(1));
        Assert.NotEqual(First(1), First(2));
    }

    // What counts in row u is the loss of symbol u alone, so its gradient is that of a pass with this one target.
    [Theory]
    [InlineData("lstm")]
    [InlineData("rnn-attention")]
    public void Map_Gradients_AreThoseOfOneLossAtATime(string name)
    {
        Transcriber model = TranscriptionSystem.All.Single(system => system.Name == name).Create(hiddenSize: 8);
        model.Initialise(new SplittableRandom(5));
        int[] symbols = [3, 0, 7, 7, 1];
        double[][] map = TranscriptionMap.Measure(model, symbols).Gradients();
        using WorkerPool pool = new(threads: 1);
        TranscriptionPass pass = new(model, symbols.Length, batchSize: 1, pool);
        symbols.CopyTo(pass.Symbols);
        float[] gradient = new float[symbols.Length * 8];
        for (int output = 0; output < symbols.Length; output++)
        {
            pass.AskForCopy();
            int target = pass.Targets[output];
            pass.Targets.Fill(-1);
            pass.Targets[output] = target;
            pass.Forward();
            pass.Backward();
            pass.Encoder.GetInputGradient(gradient);
            for (int t = 0; t < symbols.Length; t++)
            {
                double expected = GradientClipping.Norm(gradient.AsSpan(t * 8, 8));
                Assert.Equal(expected, map[output][t], WeightTolerance * Math.Max(1, expected));
            }
        }
    }

    [Fact]
    public void Map_Weights_SumToOneAndAreNoneWithoutAttention()
    {
        Transcriber model = TranscriptionSystem.All[2].Create(hiddenSize: 8);
        model.Initialise(new SplittableRandom(5));
        float[][] weights = TranscriptionMap.Measure(model, [1, 2, 3, 4, 5, 6, 7, 0]).Weights()!;
        Assert.Equal(8, weights.Length);
        Assert.All(weights, static row => Assert.Equal(1, row.Sum(), WeightTolerance));
        Assert.Null(TranscriptionMap.Measure(TranscriptionSystem.All[0].Create(8), [1, 2]).Weights());
    }

    [Fact]
    public void File_ReadBack_HasTheSameParameters()
    {
        foreach (TranscriptionSystem system in TranscriptionSystem.All)
        {
            Transcriber written = system.Create(hiddenSize: 5);
            written.Initialise(new SplittableRandom(2));
            using MemoryStream stream = new();
            TranscriberFile.Write(written, stream);
            stream.Position = 0;
            Transcriber read = system.Create(hiddenSize: 5);
            TranscriberFile.Read(read, stream, "memory");
            foreach ((TranscriberPart first, TranscriberPart second) in written.Parts.Zip(read.Parts))
            {
                Assert.Equal(first.Parameters.Span.ToArray(), second.Parameters.Span.ToArray());
            }
        }
    }

    [Fact]
    public void File_OfAnotherSizeOrSystem_SaysSo()
    {
        using MemoryStream stream = new();
        TranscriberFile.Write(TranscriptionSystem.All[0].Create(hiddenSize: 5), stream);
        stream.Position = 0;
        TensorFileException size = Assert.Throws<TensorFileException>(
            () => TranscriberFile.Read(TranscriptionSystem.All[0].Create(hiddenSize: 6), stream, "memory"));
        Assert.Contains("It is of another size.", size.Message, StringComparison.Ordinal);
        stream.Position = 0;
        TensorFileException system = Assert.Throws<TensorFileException>(
            () => TranscriberFile.Read(TranscriptionSystem.All[2].Create(hiddenSize: 5), stream, "memory"));
        Assert.Contains("attention.combine.weight", system.Message, StringComparison.Ordinal);
    }

    private static void Train(Transcriber model, TranscriptionPlan plan, WorkerPool pool)
    {
        TranscriptionTraining training = new(model, plan, pool);
        while (training.Step < plan.Steps)
        {
            training.Advance();
        }
    }
}
