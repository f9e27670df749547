using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Store;

namespace Backflow.Runs.Recording;

/// <summary>What training calls: takes values at once, and has them written by a thread of its own.</summary>
/// <remarks>
/// No call waits for the disk but <see cref="Flush"/>, <see cref="DiscardAfter"/>, <see cref="Finish"/> and
/// <see cref="Dispose"/>. Rows are dropped and counted when the disk is slower than training; scalars, samples and
/// events never are. Once a write has failed, every call throws the <see cref="RunStoreException"/> that says why.
/// Calls may come from several threads.
/// </remarks>
public sealed class RunRecorder : IDisposable
{
    private readonly RunStore _store;
    private readonly TimeProvider _clock;
    private readonly RecorderQueue _queue;
    private readonly RecorderWriter _writer;
    private bool _failureReported;
    private bool _finished;
    private bool _disposed;

    internal RunRecorder(
        RunStore store,
        StoreDatabase database,
        string runId,
        long runKey,
        RecorderOptions options,
        TimeProvider clock,
        Action? beforeBatch)
    {
        _store = store;
        _clock = clock;
        RunId = runId;
        if (!long.IsPow2(options.RowBucketsPerDoubling))
        {
            throw new ArgumentException(
                $"RowBucketsPerDoubling must be a power of two, got {options.RowBucketsPerDoubling}.", nameof(options));
        }

        _queue = new RecorderQueue(options);
        _writer = new RecorderWriter(database, runId, runKey, _queue, options, clock, beforeBatch);
    }

    /// <summary>The run that is recorded.</summary>
    public string RunId { get; }

    /// <summary>Rows that this recorder had to drop because the disk was slower than training.</summary>
    public long DroppedRows => _queue.DroppedRows;

    /// <summary>Records the value of a scalar metric at a step.</summary>
    /// <param name="metric">The name of the metric.</param>
    /// <param name="step">The step, at least 0; ascending within a metric.</param>
    /// <param name="value">Any value: NaN and infinities are kept.</param>
    /// <exception cref="RunStoreException">An earlier write failed.</exception>
    public void Scalar(string metric, long step, double value)
    {
        Check(step);
        ArgumentException.ThrowIfNullOrEmpty(metric);
        _queue.Add(new RecordedItem(metric, step, value, Note: null));
    }

    /// <summary>Records the row of a metric at a step in one layer, or drops it when too many wait.</summary>
    /// <remarks>In a long run rows are thinned as docs/run-format.md describes; extremes always stay.</remarks>
    /// <param name="metric">The name of the metric.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="step">The step, at least 0; ascending within a metric and layer.</param>
    /// <param name="values">[T], at least one value; copied before the call returns.</param>
    /// <exception cref="RunStoreException">An earlier write failed.</exception>
    public void Row(string metric, int layer, long step, ReadOnlySpan<float> values)
    {
        Check(step);
        ArgumentException.ThrowIfNullOrEmpty(metric);
        ArgumentOutOfRangeException.ThrowIfZero(values.Length, nameof(values));
        _queue.AddRow(metric, layer, step, values);
    }

    /// <summary>Records a text that the network made.</summary>
    /// <param name="step">The step after which it was made, at least 0.</param>
    /// <param name="text">What the network wrote.</param>
    /// <exception cref="RunStoreException">An earlier write failed.</exception>
    public void Sample(long step, string text)
    {
        Check(step);
        ArgumentNullException.ThrowIfNull(text);
        _queue.Add(new RecordedItem(Metric: null, step, Value: 0, new RecordedSample(_clock.GetUtcNow(), text)));
    }

    /// <summary>Records something that happened.</summary>
    /// <param name="step">The step at which it happened, at least 0.</param>
    /// <param name="level">How much it matters.</param>
    /// <param name="title">A few words.</param>
    /// <param name="text">What it means and what to do.</param>
    /// <param name="payloadJson">The evidence as JSON; null for none.</param>
    /// <exception cref="RunStoreException">An earlier write failed.</exception>
    public void Event(long step, RunEventLevel level, string title, string text, string? payloadJson = null)
    {
        Check(step);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(text);
        RecordedEvent happened = new(_clock.GetUtcNow(), level, title, text, payloadJson);
        _queue.Add(new RecordedItem(Metric: null, step, Value: 0, happened));
    }

    /// <summary>Waits until everything recorded so far is committed.</summary>
    /// <exception cref="RunStoreException">A write failed.</exception>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        FlushMark mark = new(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _queue.Add(new RecordedItem(Metric: null, Step: 0, Value: 0, mark));
        _queue.Wake();
        mark.Passed.Task.GetAwaiter().GetResult();
        ThrowIfFailed();
    }

    /// <summary>
    /// Removes everything after a step, checkpoints included, so that the steps can be repeated from it.
    /// </summary>
    /// <param name="step">The newest step that stays.</param>
    /// <exception cref="RunStoreException">A write failed.</exception>
    public void DiscardAfter(long step)
    {
        Flush();
        _store.DiscardAfter(RunId, step);
        _writer.NoteRewind();
    }

    /// <summary>Writes everything and says how the run ended.</summary>
    /// <param name="status">Any status but running.</param>
    /// <param name="trainingLoss">The training loss at the end; null where there is none.</param>
    /// <param name="validationLoss">The validation loss at the end; null where there is none.</param>
    /// <exception cref="RunStoreException">A write failed.</exception>
    public void Finish(RunStatus status, double? trainingLoss = null, double? validationLoss = null)
    {
        Flush();
        _store.Finish(RunId, status, trainingLoss, validationLoss);
        _finished = true;
    }

    /// <summary>Writes everything; a run that was not finished becomes interrupted.</summary>
    /// <exception cref="RunStoreException">A write failed, and no call has said so yet.</exception>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _writer.Dispose();
        _queue.Dispose();
        _store.Release(RunId);
        if (_writer.Failure is null && !_finished)
        {
            _store.InterruptIfRunning(RunId);
        }

        if (!_failureReported)
        {
            ThrowIfFailed();
        }
    }

    private void Check(long step)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ThrowIfFailed();
    }

    private void ThrowIfFailed()
    {
        if (_writer.Failure is RunStoreException failure)
        {
            _failureReported = true;
            throw new RunStoreException(failure.Message, failure);
        }
    }
}
