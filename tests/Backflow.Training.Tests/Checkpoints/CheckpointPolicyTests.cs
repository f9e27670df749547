using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Tensors;
using Backflow.Training.Recording;
using Backflow.Training.Verdicts;
using Xunit;

namespace Backflow.Training.Tests.Checkpoints;

/// <summary>Which checkpoint is the best one, and what must be committed before one is saved.</summary>
public sealed class CheckpointPolicyTests : IDisposable
{
    private static readonly TrainingConfiguration Small = new()
    {
        SentenceCharacters = 3_000,
        HiddenSize = 5,
        EmbeddingSize = 4,
        SequenceLength = 6,
        BatchSize = 2,
        Threads = 1,
        Steps = 12,
        LogInterval = 1,
        CheckpointInterval = 3,
        ValidationInterval = 2,
        TelemetryInterval = "1",
    };

    private readonly TrainingSession _session = TrainingSession.Create(Small);
    private readonly WaitingRecord _record = new();
    private readonly RunScores _scores = new();

    public void Dispose()
    {
        _session.Dispose();
        _record.Dispose();
    }

    [Theory]
    [InlineData(1.0, 2)]
    [InlineData(1.0000001, 2)]
    [InlineData(0.9999999, 4)]
    public void SaveWhereBest_SecondLoss_MovesTheLabelOnlyWhenLower(double second, long expected)
    {
        CheckpointPolicy policy = new(_session, _record, new RunVerdicts(_session), _scores, new SilentObserver());
        _session.Step = 2;
        policy.SaveWhereBest(1.0);
        _session.Step = 4;
        policy.SaveWhereBest(second);
        Assert.Equal(expected, Assert.Single(_record.List(), IsBest).Step);
        Assert.Equal(Math.Min(1, second), _scores.BestValidationLoss);
    }

    [Fact]
    public void Train_EveryCheckpoint_ComesAfterAFlushOfWhatWasRecorded()
    {
        using TrainingSession session = TrainingSession.Create(Small);
        using TrainingRun run = new(session, _record, new SilentObserver(), TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);
        Assert.True(_record.Saved >= 4, $"Only {_record.Saved} checkpoints were saved.");
        Assert.Empty(_record.SavedTooEarly);
    }

    private static bool IsBest(KeptCheckpoint checkpoint) => checkpoint.Labels.Contains(KeptCheckpoint.Best);

    /// <summary>Values wait until they are flushed, as in front of a slow disk.</summary>
    private sealed class WaitingRecord : ITrainingRecord, ICheckpointRecord
    {
        private readonly MemoryRecord _memory = new();
        private readonly SortedSet<string> _waiting = new(StringComparer.Ordinal);

        public List<string> SavedTooEarly { get; } = [];

        public int Saved { get; private set; }

        public string RunId => _memory.RunId;

        public long DroppedRows => 0;

        public ICheckpointRecord Checkpoints => this;

        public void Scalar(string column, long step, double value)
        {
            Wait(column, step);
            _memory.Scalar(column, step, value);
        }

        public void Row(string column, int layer, long step, ReadOnlySpan<float> values)
        {
            Wait(column, step);
            _memory.Row(column, layer, step, values);
        }

        public void Sample(long step, string text) => _memory.Sample(step, text);

        public void Event(long step, VerdictSeverity level, string title, string text, string? payloadJson = null) =>
            _memory.Event(step, level, title, text, payloadJson);

        public IReadOnlyList<double> Scalars(string metric, long firstStep, long lastStep) =>
            _memory.Scalars(metric, firstStep, lastStep);

        public void Flush()
        {
            lock (_waiting)
            {
                _waiting.Clear();
            }
        }

        public void DiscardAfter(long step) => _memory.DiscardAfter(step);

        public void Finish(TrainingEnd end, double? trainingLoss, double? validationLoss) =>
            _memory.Finish(end, trainingLoss, validationLoss);

        public void Save(long step, IEnumerable<Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
        {
            Saved++;
            lock (_waiting)
            {
                SavedTooEarly.AddRange(_waiting.Select(value => $"{value} waited at the checkpoint of step {step}"));
            }

            _memory.Save(step, tensors, metadata);
        }

        public void Pin(long step, string label) => _memory.Pin(step, label);

        public ImmutableArray<KeptCheckpoint> List() => _memory.List();

        public SafetensorsFile Load(long step) => _memory.Load(step);

        public void Dispose() => _memory.Dispose();

        private void Wait(string column, long step)
        {
            // Spectra come from a thread of their own, whenever it is done with them.
            if (!column.StartsWith("recurrent-spectrum", StringComparison.Ordinal)
                && !column.StartsWith("spectral-", StringComparison.Ordinal))
            {
                lock (_waiting)
                {
                    _waiting.Add($"{column} of step {step}");
                }
            }
        }
    }
}
