using Backflow.Telemetry;
using Backflow.Tensors;
using Backflow.Training.Recording;
using Xunit;

namespace Backflow.Training.Tests.Recording;

/// <summary>A checkpoint is never ahead of what was recorded: a run that is killed after it lacks nothing.</summary>
public sealed class RecordOrderTests : IDisposable
{
    private readonly string _text = Path.GetTempFileName();

    public RecordOrderTests() => File.WriteAllText(
        _text, string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog.\n", 60)));

    public void Dispose() => File.Delete(_text);

    [Theory]
    [InlineData(0.003)]
    [InlineData(5)]
    public void Train_CheckpointAtEveryStep_HasEverythingOfTheStepBeforeIt(double learningRate)
    {
        TrainingConfiguration configuration = new()
        {
            TextPath = _text,
            HiddenSize = 6,
            EmbeddingSize = 4,
            SequenceLength = 8,
            BatchSize = 2,
            Threads = 1,
            Steps = 40,
            LearningRate = learningRate,
            TelemetryInterval = "1",
            CheckpointInterval = 1,
            LogInterval = 1,
            SampleInterval = 3,
            ValidationInterval = 2,
        };
        using OrderedRecord record = new();
        using TrainingSession session = TrainingSession.Create(configuration);
        using TrainingRun run = new(session, record, new SilentObserver(), TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);

        Assert.Empty(record.Late);
        Assert.True(record.Saved > 30, $"Only {record.Saved} checkpoints were taken.");
        Assert.True(record.Samples > 10, $"Only {record.Samples} samples were written.");
        Assert.True(record.Events > 0 || learningRate < 0.1, "No rule spoke, so that no verdict was looked at.");
    }

    /// <summary>Notes what is recorded of a step after the checkpoint of that step.</summary>
    private sealed class OrderedRecord : ITrainingRecord, ICheckpointRecord
    {
        private readonly MemoryRecord _memory = new();
        private long _savedStep = -1;

        public List<string> Late { get; } = [];

        public int Saved { get; private set; }

        public int Samples => _memory.Samples.Count;

        public int Events => _memory.Events.Count;

        public string RunId => _memory.RunId;

        public long DroppedRows => 0;

        public ICheckpointRecord Checkpoints => this;

        public void Scalar(string column, long step, double value)
        {
            Look(step, column);
            _memory.Scalar(column, step, value);
        }

        public void Row(string column, int layer, long step, ReadOnlySpan<float> values)
        {
            Look(step, column);
            _memory.Row(column, layer, step, values);
        }

        public void Sample(long step, string text)
        {
            Look(step, "sample");
            _memory.Sample(step, text);
        }

        public void Event(long step, VerdictSeverity level, string title, string text, string? payloadJson = null)
        {
            Look(step, title);
            _memory.Event(step, level, title, text, payloadJson);
        }

        public IReadOnlyList<double> Scalars(string metric, long firstStep, long lastStep) =>
            _memory.Scalars(metric, firstStep, lastStep);

        public void Flush() => _memory.Flush();

        public void DiscardAfter(long step) => _memory.DiscardAfter(step);

        public void Finish(TrainingEnd end, double? trainingLoss, double? validationLoss) =>
            _memory.Finish(end, trainingLoss, validationLoss);

        public void Save(long step, IEnumerable<Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
        {
            _memory.Save(step, tensors, metadata);
            _savedStep = step;
            Saved++;
        }

        public void Pin(long step, string label) => _memory.Pin(step, label);

        public System.Collections.Immutable.ImmutableArray<KeptCheckpoint> List() => _memory.List();

        public SafetensorsFile Load(long step) => _memory.Load(step);

        public void Dispose() => _memory.Dispose();

        private void Look(long step, string what)
        {
            // Spectra are computed on a thread of their own when it has time, and may come later or not at all.
            bool isSpectrum = what.StartsWith("recurrent-spectrum", StringComparison.Ordinal)
                || what.StartsWith("spectral-", StringComparison.Ordinal);
            if (step <= _savedStep && !isSpectrum)
            {
                Late.Add($"{what} of step {step}");
            }
        }
    }
}
