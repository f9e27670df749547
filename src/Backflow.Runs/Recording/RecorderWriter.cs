using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Recording;

/// <summary>The thread that carries what was recorded into the store: one transaction per batch.</summary>
/// <remarks>
/// A failed batch is rolled back, and the store keeps the steps before it. After that nothing is written any more: a
/// store with a hole in its middle would be worse than one that ends early, and the training thread hears of it at its
/// next call.
/// </remarks>
internal sealed class RecorderWriter : IDisposable
{
    // So that a producer faster than the disk cannot keep one transaction open for ever.
    private const int MostItemsPerCommit = 65_536;

    private readonly StoreDatabase _database;
    private readonly RecorderQueue _queue;
    private readonly RecorderOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action? _beforeBatch;
    private readonly SqliteConnection _connection;
    private readonly RecorderStatements _statements;
    private readonly List<FlushMark> _marks = [];
    private readonly Thread _thread;
    private long _batchLastStep;
    private long _writtenDrops;
    private long _nextHeartbeat;
    private volatile bool _stopping;
    private volatile bool _isRewound;
    private volatile RunStoreException? _failure;

    // beforeBatch runs before each batch: it lets a test be a slow disk.
    public RecorderWriter(
        StoreDatabase database,
        string runId,
        long runKey,
        RecorderQueue queue,
        RecorderOptions options,
        TimeProvider clock,
        Action? beforeBatch)
    {
        _database = database;
        _queue = queue;
        _options = options;
        _clock = clock;
        _beforeBatch = beforeBatch;
        _connection = database.Guard(() => database.Connect(pooled: false));
        _statements = new RecorderStatements(_connection, runId, runKey, options.RowBucketsPerDoubling);
        RestartHeartbeat();
        _thread = new Thread(Run) { IsBackground = true, Name = "Backflow recorder" };
        _thread.Start();
    }

    /// <summary>What ended the writing, or null while all is well.</summary>
    public RunStoreException? Failure => _failure;

    /// <summary>Steps were discarded from the store; nothing may wait to be written.</summary>
    public void NoteRewind() => _isRewound = true;

    /// <summary>Writes what waits, and ends the thread.</summary>
    public void Dispose()
    {
        _stopping = true;
        _queue.Wake();
        _thread.Join();
        _statements.Dispose();
        _connection.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            _ = _queue.Wait(_options.CommitInterval);
            WriteAll();
        }

        // What was recorded between the last batch and the order to stop.
        WriteAll();
    }

    private void WriteAll()
    {
        while (WriteBatch())
        {
        }
    }

    /// <summary>Writes one transaction.</summary>
    /// <returns>True when it was cut short and more is waiting.</returns>
    private bool WriteBatch()
    {
        bool more = false;
        _beforeBatch?.Invoke();
        if (_failure is null)
        {
            more = TryWrite();
        }

        if (_failure is not null)
        {
            more = false;
            Discard();
        }

        foreach (FlushMark mark in _marks)
        {
            mark.Passed.SetResult();
        }

        _marks.Clear();
        return more;
    }

    private bool TryWrite()
    {
        try
        {
            _batchLastStep = 0;
            bool any = _queue.TryTake(out RecordedItem item);
            bool anyRow = _queue.TryTakeRow(out RecordedRow row);
            if (any || anyRow)
            {
                using SqliteTransaction transaction = _connection.BeginTransaction();
                _statements.RequireRun();
                int items = WriteItems(any, item);
                // Every row that was recorded before a mark is among the first RowCapacity of the queue.
                int rows = WriteRows(anyRow, row);
                if (items - _marks.Count + rows > 0)
                {
                    _statements.WriteProgress(NowMs(), _batchLastStep, TakeNewDrops());
                }

                transaction.Commit();
                RestartHeartbeat();
                return items == MostItemsPerCommit;
            }

            if (Environment.TickCount64 >= _nextHeartbeat)
            {
                _statements.RequireRun();
                _statements.WriteHeartbeat(NowMs(), TakeNewDrops());
                RestartHeartbeat();
            }

            return false;
        }
        catch (RunStoreException failure)
        {
            _failure = failure;
            return false;
        }
        catch (SqliteException failure)
        {
            _failure = StoreFault.Translate(failure, _database.Path);
            return false;
        }
#pragma warning disable CA1031 // An exception that leaves a thread ends the process, and with it the training.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = new RunStoreException(
                $"{_database.Path}: the recorder failed ({failure.Message}); please report this as a bug.", failure);
            return false;
        }
    }

    private int WriteItems(bool any, RecordedItem item)
    {
        int taken = 0;
        while (any)
        {
            taken++;
            if (item.Note is FlushMark mark)
            {
                _marks.Add(mark);
            }
            else
            {
                _statements.Write(item);
                _batchLastStep = Math.Max(_batchLastStep, item.Step);
            }

            any = taken < MostItemsPerCommit && _queue.TryTake(out item);
        }

        return taken;
    }

    private int WriteRows(bool any, RecordedRow row)
    {
        int taken = 0;
        if (any && _isRewound)
        {
            _isRewound = false;
            _statements.ForgetRows();
        }

        while (any)
        {
            taken++;
            _statements.Write(row);
            _batchLastStep = Math.Max(_batchLastStep, row.Step);
            _queue.Return(row);
            any = taken < _options.RowCapacity && _queue.TryTakeRow(out row);
        }

        return taken;
    }

    /// <summary>
    /// After a failure: empties the queue, so that memory does not grow, and lets everyone who waits go on.
    /// </summary>
    private void Discard()
    {
        while (_queue.TryTake(out RecordedItem item))
        {
            if (item.Note is FlushMark mark)
            {
                _marks.Add(mark);
            }
        }

        while (_queue.TryTakeRow(out RecordedRow row))
        {
            _queue.Return(row);
        }
    }

    private void RestartHeartbeat() =>
        _nextHeartbeat = Environment.TickCount64 + (long)_options.HeartbeatInterval.TotalMilliseconds;

    private long TakeNewDrops()
    {
        long drops = _queue.DroppedRows;
        long fresh = drops - _writtenDrops;
        _writtenDrops = drops;
        return fresh;
    }

    private long NowMs() => _clock.GetUtcNow().ToUnixTimeMilliseconds();
}
