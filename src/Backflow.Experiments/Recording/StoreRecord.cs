using System.Collections.Immutable;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Telemetry;
using Backflow.Tensors;
using Backflow.Training.Recording;

namespace Backflow.Experiments.Recording;

/// <summary>Keeps a training run in a run store.</summary>
internal sealed class StoreRecord(RunStore store, string runId) : ITrainingRecord, ICheckpointRecord
{
    private readonly RunRecorder _recorder = store.OpenRecorder(runId);

    public string RunId => runId;

    public long DroppedRows => _recorder.DroppedRows;

    public ICheckpointRecord Checkpoints => this;

    public void Scalar(string column, long step, double value) => _recorder.Scalar(column, step, value);

    public void Row(string column, int layer, long step, ReadOnlySpan<float> values) =>
        _recorder.Row(column, layer, step, values);

    public void Sample(long step, string text) => _recorder.Sample(step, text);

    public void Event(long step, VerdictSeverity level, string title, string text, string? payloadJson = null) =>
        _recorder.Event(step, LevelOf(level), title, text, payloadJson);

    public IReadOnlyList<double> Scalars(string metric, long firstStep, long lastStep) =>
        store.OpenReader(runId).Scalars(metric, new StepRange(firstStep, lastStep)).Values;

    public void Flush() => _recorder.Flush();

    public void DiscardAfter(long step) => _recorder.DiscardAfter(step);

    public void Finish(TrainingEnd end, double? trainingLoss, double? validationLoss) =>
        _recorder.Finish(StatusOf(end), trainingLoss, validationLoss);

    public void Save(long step, IEnumerable<Tensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        store.Checkpoints.Save(runId, step, tensors, metadata);

    public void Pin(long step, string label) => store.Checkpoints.Pin(runId, step, label);

    public ImmutableArray<KeptCheckpoint> List() =>
        [.. store.Checkpoints.List(runId).Select(static kept => new KeptCheckpoint(kept.Step, kept.Pins))];

    public SafetensorsFile Load(long step) => store.Checkpoints.Load(runId, step).Content;

    public void Dispose() => _recorder.Dispose();

    private static RunEventLevel LevelOf(VerdictSeverity level) => level switch
    {
        VerdictSeverity.Information => RunEventLevel.Information,
        VerdictSeverity.Warning => RunEventLevel.Warning,
        VerdictSeverity.Error => RunEventLevel.Error,
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "There is no such severity."),
    };

    private static RunStatus StatusOf(TrainingEnd end) => end switch
    {
        TrainingEnd.Completed => RunStatus.Completed,
        TrainingEnd.Interrupted => RunStatus.Interrupted,
        TrainingEnd.Diverged => RunStatus.Diverged,
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "There is no such end."),
    };
}
