using System.Collections.Immutable;
using Backflow.Experiments.Studies;
using Backflow.Experiments.Studies.Attention;
using Backflow.Experiments.Studies.Reports;
using Backflow.Training.Transcription;
using Xunit;

namespace Backflow.Experiments.Tests.Studies.Attention;

public sealed class BottleneckStudyTests
{
    private static readonly StudyOptions Quick = new(StudySize.Quick, Seed: 1, Threads: 2);

    [Fact]
    public void Findings_SayWhatIsCopiedAndWhichSizeIsNeeded()
    {
        BottleneckScores scores = new(
            [
                Trace("rnn", 16, [1, 0.5, 0.25]), Trace("rnn", 32, [1, 0.6, 0.3]),
                Trace("lstm-attention", 16, [1, 0.95, 0.5]), Trace("lstm-attention", 32, [1, 1, 0.99]),
            ],
            mappedSize: 32);
        Assert.Equal(
            [
                "With 32 units the median network copies 30 % (RNN) and 99 % (LSTM with attention) of 3 symbols right.",
                "To copy 90 % of 2 symbols, it needs more than the 32 tried (RNN) and 16 units (LSTM with attention).",
            ],
            BottleneckStudy.Findings(scores));
    }

    [Fact]
    public void Scores_SeveralSeeds_HaveTheirMedianAndEnds()
    {
        BottleneckScores scores = new(
            [
                Trace("lstm", 16, [0.5, 0.9, 0.1]), Trace("lstm", 16, [0.7, 0.8, 0.3], seed: 2),
                Trace("lstm", 16, [0.6, 0.7, 0.2], seed: 3),
            ],
            mappedSize: 16);
        Assert.Equal(new ChartPoint(3, 0.2, 0.1, 0.3), scores.Point(scores.Systems[0], 16, 3));
        Assert.Null(scores.Point(TranscriptionSystem.All[0], 16, 3));
        Assert.Equal(["lstm"], scores.Systems.Select(static system => system.Name));
    }

    [Fact]
    public void Run_Quick_HasChartsAndAMapOfEverySystem()
    {
        StudyResult result = new BottleneckStudy().Run(Quick, static _ => { }, CancellationToken.None);
        Assert.Equal(3, result.Figures.OfType<Chart>().Count());
        string[] maps = [.. result.Figures.OfType<Heatmap>().Select(static map => map.Title)];
        Assert.Equal(
            [
                "Gradient: RNN", "Gradient: LSTM", "Alignment: RNN with attention", "Gradient: RNN with attention",
                "Alignment: LSTM with attention", "Gradient: LSTM with attention",
            ],
            maps);
        Assert.All(result.Figures.OfType<Heatmap>(), static map =>
        {
            Assert.Equal(6, map.Columns.Length);
            Assert.All(map.Columns, static column => Assert.Equal(6, column.Values.Length));
        });

        // Four systems, two sizes, one seed, six lengths.
        Assert.Equal(4 * 2 * 6, result.Numbers.Rows.Length);
    }

    [Fact]
    public void Run_MoreThreads_HasTheSameNumbers()
    {
        StudyResult one =
            new BottleneckStudy().Run(Quick with { Threads = 1 }, static _ => { }, CancellationToken.None);
        StudyResult three =
            new BottleneckStudy().Run(Quick with { Threads = 3 }, static _ => { }, CancellationToken.None);
        Assert.Equal(CsvTable.Write(one.Numbers), CsvTable.Write(three.Numbers));
    }

    // A part that is kept is found again with all that the report shows of it.
    [Fact]
    public void Form_WrittenAndRead_KeepsScoresAndMaps()
    {
        BottleneckTrial trial = new(
            TranscriptionSystem.All[^1], 8, new TranscriptionPlan { LongestLength = 3, Steps = 2 }, HasMaps: true);
        BottleneckTrace trace = trial.Run(static (_, _) => { }, CancellationToken.None);
        BottleneckTrace read = BottleneckTrial.Form.Read(trial, BottleneckTrial.Form.Write(trace));
        Assert.Equal(trace.End.Scores, read.End.Scores);
        Assert.Equal(trace.End.Before, read.End.Before);
        Assert.Equal(trace.End.After, read.End.After);
        Assert.Equal(trace.End.Weights, read.End.Weights);
        Assert.Distinct([BottleneckTrial.Form.Key(trial), BottleneckTrial.Form.Key(trial with { HasMaps = false })]);
    }

    private static BottleneckTrace Trace(string name, int size, ImmutableArray<double> right, ulong seed = 1) => new(
        new BottleneckTrial(
            TranscriptionSystem.All.Single(system => system.Name == name),
            size,
            new TranscriptionPlan { Seed = seed, LongestLength = right.Length },
            HasMaps: false),
        new BottleneckEnd(
            [.. right.Select(static (share, i) => new TranscriptionScore(i + 1, share, share))], null, null, null));
}
