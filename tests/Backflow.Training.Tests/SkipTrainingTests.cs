using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training.Generation;
using Backflow.Training.Recording;
using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests;

/// <summary>A cell that reads further back than one state, where everything else carries one.</summary>
public sealed class SkipTrainingTests
{
    private static readonly TrainingConfiguration Adding = new()
    {
        Task = "adding",
        TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("length", 20),
        Cells = ["rnn-skip-4"],
        HiddenSize = 8,
        BatchSize = 4,
        Steps = 20,
        CarryState = false,
        Telemetry = "full",
    };

    [Fact]
    public void Train_FullTelemetry_IsRecordedToTheEnd()
    {
        using MemoryRecord record = new();
        using TrainingSession session = TrainingSession.Create(Adding);
        using TrainingRun run = new(session, record, new SilentObserver(), TimeProvider.System);
        TrainingSummary summary = run.Train(TestContext.Current.CancellationToken);
        Assert.Equal(20, summary.Step);
        Assert.Contains(record.Rows, static row => row.Metric == TotalGradientNorm.MetricName);
        Assert.NotNull(summary.GradientReach);
    }

    [Theory]
    [InlineData("rnn-skip-4", 0)]
    [InlineData("rnn", 2)]
    public void Train_OnText_WritesSamplesWhereTheCellCan(string cell, int samples)
    {
        TrainingConfiguration configuration = new()
        {
            Cells = [cell],
            HiddenSize = 4,
            EmbeddingSize = 4,
            SequenceLength = 8,
            BatchSize = 2,
            Steps = 4,
            SampleInterval = 2,
        };
        using MemoryRecord record = new();
        using TrainingSession session = TrainingSession.Create(configuration);
        using TrainingRun run = new(session, record, new SilentObserver(), TimeProvider.System);
        Assert.Equal(4, run.Train(TestContext.Current.CancellationToken).Step);
        Assert.Equal(samples, record.Samples.Count);
    }

    [Theory]
    [InlineData("rnn-skip-0")]
    [InlineData("RNN-skip-4")]
    [InlineData("rnn-skip")]
    public void Validate_NoSkip_IsRefused(string cell)
    {
        ExperimentException mistake = Assert.Throws<ExperimentException>(
            () => TrainingOptions.Validate(Adding with { Cells = [cell] }));
        Assert.Contains(cell, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_CellWithSkip_IsRefusedInASentence()
    {
        Vocabulary vocabulary = Vocabulary.FromText("abc");
        RecurrentNetwork network = new(new NetworkOptions
        {
            VocabularySize = vocabulary.Count,
            InputSize = 4,
            Layers = [new LayerOptions(Cells.RnnSkip(2), 8)],
            OutputSize = vocabulary.Count,
        });
        ExperimentException mistake =
            Assert.Throws<ExperimentException>(() => new TextGenerator(network, vocabulary).Dispose());
        Assert.Contains("2 timesteps ago", mistake.Message, StringComparison.Ordinal);
    }
}
