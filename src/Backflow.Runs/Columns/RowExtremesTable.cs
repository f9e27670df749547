using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Columns;

/// <summary>Reads rows as a picture.</summary>
internal static class RowExtremesTable
{
    /// <summary>Exact rows where they are few enough, else the extremes of buckets of 2ᵏ steps.</summary>
    public static RowExtremes Read(
        SqliteConnection connection, MetricKey metric, int layer, StepRange range, int maximumColumns)
    {
        StepBuckets? buckets = StepBuckets.Choose(
            connection, StepBuckets.RowTable, metric, layer, range, maximumColumns, pointsPerBucket: 1);
        using Statement statement = new(
            connection,
            """
            SELECT step, data FROM timestep_row WHERE metric_key = ? AND layer = ? AND step BETWEEN ? AND ?
            ORDER BY step;
            """);
        statement.Bind(1, metric.Key).Bind(2, layer).Bind(3, range.First).Bind(4, range.Last);
        RowExtremesBuilder columns = new(keepsMinimum: buckets is not null);
        while (statement.Step())
        {
            long step = statement.Int64(0);
            columns.Add(buckets?.Of(step) ?? step, step, statement.Bytes(1));
        }

        return columns.ToExtremes();
    }
}
