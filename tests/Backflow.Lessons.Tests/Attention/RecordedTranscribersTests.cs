using System.Collections.Immutable;
using System.Text.Json;
using Backflow.Engine;
using Backflow.Lessons.Attention;
using Backflow.Training.Transcription;

namespace Backflow.Lessons.Tests.Attention;

/// <summary>What is recorded is what the engine computes; <c>BACKFLOW_RECORD_ATTENTION=1</c> records it
/// anew.</summary>
public sealed class RecordedTranscribersTests
{
    /// <summary>Another vector width rounds otherwise, and may write another symbol where two are as likely: at most
    /// one of a hundred.</summary>
    private const double ScoreTolerance = 0.01;

    /// <summary>What a browser may be asked to load for one lesson.</summary>
    private const int LargestBytes = 300_000;

    private const int Longest = 24;

    private static readonly ImmutableArray<int> Sizes = [8, 16, 32, 64];

    public static TheoryData<string> Systems => [.. TranscriptionSystem.All.Select(static system => system.Name)];

    [Theory]
    [MemberData(nameof(Systems))]
    public void Scores_OfTheRecordedParameters_AreTheRecordedOnes(string name)
    {
        TranscriptionSystem system = TranscriptionSystem.All.Single(one => one.Name == name);
        Transcriber model = RecordedTranscribers.Create(system, isTrained: true);
        ImmutableArray<double> recorded = BottleneckAnswer.Recorded().Systems.Single(line => line.Name == name)
            .Right[Sizes.IndexOf(RecordedTranscribers.HiddenSize)];
        for (int length = 1; length <= Longest; length++)
        {
            double right = TranscriptionScore.Measure(model, length).Symbols;
            Assert.True(
                Math.Abs(right - recorded[length - 1]) <= ScoreTolerance,
                $"{name}, T = {length}: {right:P1} are right, recorded are {recorded[length - 1]:P1}.");
        }
    }

    [Fact]
    public void Recorded_CoversEverySystemSizeAndLength()
    {
        BottleneckAnswer answer = BottleneckAnswer.Recorded();
        Assert.Equal(Sizes, answer.Sizes);
        Assert.Equal((Longest, 8, 200), (answer.Longest, answer.Symbols, answer.Sequences));
        Assert.Equal(new TranscriptionPlan().LongestLength, answer.Longest);
        Assert.Equal(
            TranscriptionSystem.All.Select(static system => (system.Name, system.Title, system.State)),
            answer.Systems.Select(static line => (line.Name, line.Title, line.State)));
        Assert.All(answer.Systems, static line =>
        {
            Assert.Equal(Sizes.Length, line.Right.Length);
            Assert.All(line.Right, static shares =>
            {
                Assert.Equal(Longest, shares.Length);
                Assert.All(shares, static share => Assert.InRange(share, 0, 1));
            });
        });
    }

    [Fact]
    public void Recorded_IsSmall() => Assert.InRange(
        TranscriptionSystem.All.Sum(static system =>
            RecordedTranscribers.Content($"{system.Name}.safetensors").Length),
        1,
        LargestBytes);

    // The lesson says so: attention holds where a state of the same size does not.
    [Fact]
    public void Recorded_AttentionHoldsWhereTheStateDoesNot()
    {
        Dictionary<string, double> longest = BottleneckAnswer.Recorded().Systems.ToDictionary(
            static line => line.Name, static line => line.Right[2][Longest - 1]);
        Assert.True(longest["rnn"] < longest["lstm"]);
        Assert.True(longest["lstm"] < 0.7);
        Assert.All(["rnn-attention", "lstm-attention"], name => Assert.True(longest[name] > 0.9));
    }

    [Fact]
    public void Record_WhereAskedFor_WritesTheFilesAnew()
    {
        if (Environment.GetEnvironmentVariable("BACKFLOW_RECORD_ATTENTION") != "1")
        {
            return;
        }

        string folder = Path.Combine(
            RepositoryRoot.Path, "src", "Backflow.Lessons", "Attention", "Recorded");
        (TranscriptionSystem System, int Size)[] all =
            [.. TranscriptionSystem.All.SelectMany(system => Sizes.Select(size => (system, size)))];
        ImmutableArray<double>[] shares = new ImmutableArray<double>[all.Length];
        Parallel.For(0, all.Length, i => shares[i] = Train(all[i].System, all[i].Size, folder));
        BottleneckAnswer answer = new()
        {
            Sizes = Sizes,
            Longest = Longest,
            Symbols = new TranscriberOptions().Symbols,
            Sequences = TranscriptionScore.UsualSequences,
            Systems =
            [
                .. TranscriptionSystem.All.Select((system, row) => new BottleneckLine(
                    system.Name,
                    system.Title,
                    system.State,
                    [.. Enumerable.Range(0, Sizes.Length).Select(column => shares[(row * Sizes.Length) + column])])),
            ],
        };
        File.WriteAllBytes(
            Path.Combine(folder, "scores.json"),
            [.. JsonSerializer.SerializeToUtf8Bytes(answer, LessonJson.Default.BottleneckAnswer), (byte)'\n']);
    }

    private static ImmutableArray<double> Train(TranscriptionSystem system, int size, string folder)
    {
        Transcriber model = system.Create(size);
        TranscriptionPlan plan = new();
        using WorkerPool pool = new(threads: 1);
        TranscriptionTraining training = new(model, plan, pool);
        while (training.Step < plan.Steps)
        {
            training.Advance();
        }

        if (size == RecordedTranscribers.HiddenSize)
        {
            using FileStream file = File.Create(Path.Combine(folder, $"{system.Name}.safetensors"));
            TranscriberFile.Write(model, file);
        }

        return
        [
            .. Enumerable.Range(1, plan.LongestLength)
                .Select(length => TranscriptionScore.Measure(model, length).Symbols),
        ];
    }
}
