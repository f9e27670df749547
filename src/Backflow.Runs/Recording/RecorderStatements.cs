using Backflow.Runs.Columns;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Recording;

/// <summary>The prepared statements by which a recorder writes one run.</summary>
internal sealed class RecorderStatements : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _runId;
    private readonly long _runKey;
    private readonly Dictionary<(MetricKind Kind, string Name), long> _metricKeys = [];
    private readonly Statement _exists;
    private readonly Statement _scalar;
    private readonly RowColumns _rows;
    private readonly Statement _sample;
    private readonly Statement _event;
    private readonly Statement _progress;
    private readonly Statement _heartbeat;

    public RecorderStatements(SqliteConnection connection, string runId, long runKey, long rowBucketsPerDoubling)
    {
        _connection = connection;
        _runId = runId;
        _runKey = runKey;
        // By both: the key of a run that was deleted may be given to the next one.
        _exists = new Statement(connection, "SELECT 1 FROM run WHERE run_key = ? AND id = ?;");
        // A step that is recorded twice keeps the later value: a repeated step never doubles.
        _scalar = new Statement(connection, "INSERT OR REPLACE INTO scalar VALUES (?, ?, ?);");
        _rows = new RowColumns(connection, rowBucketsPerDoubling);
        _sample = new Statement(
            connection, "INSERT INTO sample (run_key, step, created_ms, text) VALUES (?, ?, ?, ?);");
        _event = new Statement(
            connection,
            """
            INSERT INTO event (run_key, step, created_ms, level, title, text, payload_json)
            VALUES (?, ?, ?, ?, ?, ?, NULLIF(?, ''));
            """);
        _progress = new Statement(
            connection,
            """
            UPDATE run SET updated_ms = ?1, heartbeat_ms = ?1, last_step = MAX(COALESCE(last_step, ?2), ?2),
                           dropped_rows = dropped_rows + ?3
            WHERE run_key = ?4;
            """);
        _heartbeat = new Statement(
            connection,
            "UPDATE run SET heartbeat_ms = ?1, dropped_rows = dropped_rows + ?2 WHERE run_key = ?3;");
    }

    /// <summary>Throws when the run was deleted under its trainer.</summary>
    public void RequireRun()
    {
        bool exists = _exists.Bind(1, _runKey).Bind(2, _runId).Step();
        _exists.Reset();
        if (!exists)
        {
            throw new RunStoreException(
                $"Run {_runId} is gone: it was deleted while this process trained it, and nothing more of it can be "
                + "kept. Train a new run.")
            {
                WayOut = new WayOut(WayOutKind.Train),
            };
        }
    }

    public void Write(in RecordedRow row) => _rows.Write(MetricKey(MetricKind.Row, row.Metric), row);

    /// <inheritdoc cref="RowColumns.Forget"/>
    public void ForgetRows() => _rows.Forget();

    public void Write(in RecordedItem item)
    {
        switch (item.Note)
        {
            case null:
                _scalar
                    .Bind(1, MetricKey(MetricKind.Scalar, item.Metric!))
                    .Bind(2, item.Step)
                    .BindNumber(3, item.Value)
                    .Execute();
                break;
            case RecordedSample sample:
                _sample
                    .Bind(1, _runKey)
                    .Bind(2, item.Step)
                    .Bind(3, sample.Created.ToUnixTimeMilliseconds())
                    .Bind(4, sample.Text)
                    .Execute();
                break;
            case RecordedEvent happened:
                _event
                    .Bind(1, _runKey)
                    .Bind(2, item.Step)
                    .Bind(3, happened.Created.ToUnixTimeMilliseconds())
                    .Bind(4, EventLevelText.Of(happened.Level))
                    .Bind(5, happened.Title)
                    .Bind(6, happened.Text)
                    .Bind(7, happened.PayloadJson ?? "")
                    .Execute();
                break;
        }
    }

    /// <summary>Notes how far the run is.</summary>
    public void WriteProgress(long nowMs, long lastStep, long droppedRows) =>
        _progress.Bind(1, nowMs).Bind(2, lastStep).Bind(3, droppedRows).Bind(4, _runKey).Execute();

    /// <summary>Notes that the process lives.</summary>
    public void WriteHeartbeat(long nowMs, long droppedRows) =>
        _heartbeat.Bind(1, nowMs).Bind(2, droppedRows).Bind(3, _runKey).Execute();

    public void Dispose()
    {
        _exists.Dispose();
        _scalar.Dispose();
        _rows.Dispose();
        _sample.Dispose();
        _event.Dispose();
        _progress.Dispose();
        _heartbeat.Dispose();
    }

    private long MetricKey(MetricKind kind, string name)
    {
        if (!_metricKeys.TryGetValue((kind, name), out long key))
        {
            key = MetricTable.FindOrAdd(_connection, _runKey, kind, name).Key;
            _metricKeys.Add((kind, name), key);
        }

        return key;
    }
}
