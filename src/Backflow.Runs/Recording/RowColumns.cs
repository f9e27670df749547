using Backflow.Runs.Columns;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Recording;

/// <summary>Writes the rows of one run, and removes those that thinning lets go.</summary>
internal sealed class RowColumns : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly long _bucketsPerDoubling;
    private readonly Statement _insert;
    private readonly Statement _delete;
    private readonly Dictionary<(long MetricKey, int Layer), RowThinning> _columns = [];
    private readonly List<long> _surplus = [];

    public RowColumns(SqliteConnection connection, long bucketsPerDoubling)
    {
        _connection = connection;
        _bucketsPerDoubling = bucketsPerDoubling;
        // A step that is recorded twice keeps the later value: a repeated step never doubles.
        _insert = new Statement(connection, "INSERT OR REPLACE INTO timestep_row VALUES (?, ?, ?, ?);");
        _delete = new Statement(
            connection, "DELETE FROM timestep_row WHERE metric_key = ? AND layer = ? AND step = ?;");
    }

    public void Write(long metricKey, in RecordedRow row)
    {
        ReadOnlySpan<float> values = row.Buffer.AsSpan(0, row.Length);
        if (!_columns.TryGetValue((metricKey, row.Layer), out RowThinning? column) || column.Newest >= row.Step)
        {
            column = Load(metricKey, row.Layer, row.Step);
            _columns[(metricKey, row.Layer)] = column;
        }

        column.Add(row.Step, values, _surplus);
        foreach (long step in _surplus)
        {
            _delete.Bind(1, metricKey).Bind(2, row.Layer).Bind(3, step).Execute();
        }

        _surplus.Clear();
        _insert.Bind(1, metricKey).Bind(2, row.Layer).Bind(3, row.Step).BindFloats(4, values).Execute();
    }

    /// <summary>What is known of the columns no longer holds: steps were discarded.</summary>
    public void Forget() => _columns.Clear();

    public void Dispose()
    {
        _insert.Dispose();
        _delete.Dispose();
    }

    // The bucket of the newest row before a step, from what is in the store of it.
    private RowThinning Load(long metricKey, int layer, long step)
    {
        RowThinning column = new(_bucketsPerDoubling);
        MetricKey metric = new(metricKey, MetricKind.Row, string.Empty);
        if (RowTable.Ends(_connection, metric, layer, new StepRange(0, step - 1)) is StepRange present)
        {
            StepRange bucket = new(column.BucketOf(present.Last), present.Last);
            RowSeries rows = RowTable.Read(_connection, metric, layer, bucket, int.MaxValue);
            for (int i = 0; i < rows.Count; i++)
            {
                column.Add(rows.Steps[i], rows.Row(i), _surplus);
            }

            // What these rows let go was let go when they were written.
            _surplus.Clear();
        }

        return column;
    }
}
