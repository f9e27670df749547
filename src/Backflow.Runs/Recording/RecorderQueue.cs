using System.Threading.Channels;

namespace Backflow.Runs.Recording;

/// <summary>What waits between the training thread and the writer.</summary>
/// <remarks>
/// Two channels, because they differ in what happens when the disk is slow: rows are bounded and dropped, everything
/// else is small, and kept. Neither ever blocks the thread that records.
/// </remarks>
internal sealed class RecorderQueue : IDisposable
{
    private readonly Channel<RecordedItem> _items =
        Channel.CreateUnbounded<RecordedItem>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Channel<RecordedRow> _rows;
    private readonly RowBuffers _buffers = new();
    private readonly ManualResetEventSlim _wake = new(initialState: false);
    private readonly int _batchSize;
    private int _waiting;
    private long _droppedRows;

    public RecorderQueue(RecorderOptions options)
    {
        _batchSize = options.BatchSize;
        _rows = Channel.CreateBounded<RecordedRow>(
            new BoundedChannelOptions(options.RowCapacity) { SingleReader = true });
    }

    /// <summary>Rows that found the queue full.</summary>
    public long DroppedRows => Interlocked.Read(ref _droppedRows);

    public void Add(RecordedItem item)
    {
        _ = _items.Writer.TryWrite(item);
        WakeWhenFull();
    }

    public void AddRow(string metric, int layer, long step, ReadOnlySpan<float> values)
    {
        float[] buffer = _buffers.Rent(values.Length);
        values.CopyTo(buffer);
        if (_rows.Writer.TryWrite(new RecordedRow(metric, layer, step, buffer, values.Length)))
        {
            WakeWhenFull();
            return;
        }

        _buffers.Return(buffer);
        Interlocked.Increment(ref _droppedRows);
    }

    public bool TryTake(out RecordedItem item) => _items.Reader.TryRead(out item);

    public bool TryTakeRow(out RecordedRow row) => _rows.Reader.TryRead(out row);

    /// <summary>Gives the buffer of a written row back.</summary>
    public void Return(in RecordedRow row) => _buffers.Return(row.Buffer);

    /// <summary>Waits for a full batch, for <see cref="Wake"/>, or for the time to pass.</summary>
    /// <returns>False where the time passed.</returns>
    public bool Wait(TimeSpan longest)
    {
        bool isWoken = _wake.Wait(longest);
        _wake.Reset();
        Interlocked.Exchange(ref _waiting, 0);
        return isWoken;
    }

    public void Wake() => _wake.Set();

    public void Dispose() => _wake.Dispose();

    // The writer comes by every interval on its own, so that a value costs no signal; only a full batch sends one.
    private void WakeWhenFull()
    {
        if (Interlocked.Increment(ref _waiting) == _batchSize)
        {
            _wake.Set();
        }
    }
}
