using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Tensors;

namespace Backflow.Training.Recording;

/// <summary>Keeps a training run in memory: scalars, rows, events, samples, and checkpoints to go back to.</summary>
/// <param name="runId">A name for the run.</param>
public sealed class MemoryRecord(string runId = "run") : ITrainingRecord, ICheckpointRecord
{
    private const int NewestCheckpoints = 2;

    private readonly Dictionary<string, List<(long Step, double Value)>> _scalars = new(StringComparer.Ordinal);
    private readonly List<RecordedRow> _rows = [];
    private readonly List<RecordedEvent> _events = [];
    private readonly List<(long Step, string Text)> _samples = [];
    private readonly SortedDictionary<long, byte[]> _files = [];
    private readonly Dictionary<string, long> _labels = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string RunId => runId;

    /// <inheritdoc/>
    public long DroppedRows => 0;

    /// <inheritdoc/>
    public ICheckpointRecord Checkpoints => this;

    /// <summary>The rows so far, by rising step.</summary>
    public IReadOnlyList<RecordedRow> Rows => _rows;

    /// <summary>The events so far, verdicts among them.</summary>
    public IReadOnlyList<RecordedEvent> Events => _events;

    /// <summary>The generated texts so far.</summary>
    public IReadOnlyList<(long Step, string Text)> Samples => _samples;

    /// <summary>How the run ended; null while it goes on.</summary>
    public TrainingEnd? End { get; private set; }

    /// <inheritdoc/>
    public void Scalar(string column, long step, double value)
    {
        if (!_scalars.TryGetValue(column, out List<(long Step, double Value)>? values))
        {
            values = [];
            _scalars.Add(column, values);
        }

        values.Add((step, value));
    }

    /// <inheritdoc/>
    public void Row(string column, int layer, long step, ReadOnlySpan<float> values) =>
        _rows.Add(new RecordedRow(column, layer, step, [.. values]));

    /// <inheritdoc/>
    public void Sample(long step, string text) => _samples.Add((step, text));

    /// <inheritdoc/>
    public void Event(long step, VerdictSeverity level, string title, string text, string? payloadJson = null) =>
        _events.Add(new RecordedEvent(step, level, title, text, payloadJson));

    /// <inheritdoc/>
    public IReadOnlyList<double> Scalars(string metric, long firstStep, long lastStep) =>
        _scalars.TryGetValue(metric, out List<(long Step, double Value)>? values)
            ? [.. values.Where(one => one.Step >= firstStep && one.Step <= lastStep).Select(static one => one.Value)]
            : [];

    /// <inheritdoc/>
    public void Flush()
    {
        // What is in memory is kept already.
    }

    /// <inheritdoc/>
    public void DiscardAfter(long step)
    {
        foreach (List<(long Step, double Value)> values in _scalars.Values)
        {
            values.RemoveAll(one => one.Step > step);
        }

        _rows.RemoveAll(one => one.Step > step);
        _events.RemoveAll(one => one.Step > step);
        _samples.RemoveAll(one => one.Step > step);
        foreach (long later in _files.Keys.Where(one => one > step).ToArray())
        {
            Remove(later);
        }
    }

    /// <inheritdoc/>
    public void Finish(TrainingEnd end, double? trainingLoss, double? validationLoss) => End = end;

    /// <inheritdoc/>
    public void Save(long step, IEnumerable<Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, tensors, metadata);
        _files[step] = stream.ToArray();
        long[] old = [.. _files.Keys.Where(one => !_labels.ContainsValue(one)).Reverse().Skip(NewestCheckpoints)];
        foreach (long one in old)
        {
            Remove(one);
        }
    }

    /// <inheritdoc/>
    public void Pin(long step, string label) => _labels[label] = step;

    /// <inheritdoc/>
    public ImmutableArray<KeptCheckpoint> List() =>
    [
        .. _files.Keys.Reverse().Select(step => new KeptCheckpoint(
            step, [.. _labels.Where(label => label.Value == step).Select(static label => label.Key)])),
    ];

    /// <inheritdoc/>
    public SafetensorsFile Load(long step)
    {
        byte[] bytes = _files[step];
        return SafetensorsFile.Read(new MemoryStream(bytes), bytes.Length, $"checkpoint of step {step}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing outlives the object.
    }

    private void Remove(long step)
    {
        _files.Remove(step);
        string[] labels = [.. _labels.Where(label => label.Value == step).Select(static label => label.Key)];
        foreach (string label in labels)
        {
            _labels.Remove(label);
        }
    }
}

/// <summary>A row metric of one layer at one step.</summary>
/// <param name="Metric">The column.</param>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Step">The step that was measured, from 1.</param>
/// <param name="Values">[T], a value per timestep.</param>
public sealed record RecordedRow(string Metric, int Layer, long Step, ImmutableArray<float> Values);

/// <summary>Something that happened in a run.</summary>
/// <param name="Step">The step that it belongs to.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Title">A few words.</param>
/// <param name="Text">A sentence.</param>
/// <param name="PayloadJson">All that is known of it as a JSON object; null for none.</param>
public sealed record RecordedEvent(
    long Step, VerdictSeverity Level, string Title, string Text, string? PayloadJson = null);
