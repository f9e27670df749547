using System.Collections.Immutable;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Columns;

/// <summary>Reads rows.</summary>
internal static class RowTable
{
    /// <summary>The rows of one metric and layer in ascending order of steps, at most so many: the oldest.</summary>
    public static RowSeries Read(SqliteConnection connection, MetricKey metric, int layer, StepRange range, int limit)
    {
        using Statement statement = new(
            connection,
            """
            SELECT step, data FROM timestep_row WHERE metric_key = ? AND layer = ? AND step BETWEEN ? AND ?
            ORDER BY step LIMIT ?;
            """);
        statement.Bind(1, metric.Key).Bind(2, layer).Bind(3, range.First).Bind(4, range.Last).Bind(5, limit);
        RowSeriesBuilder rows = new(metric.Name, layer);
        while (statement.Step())
        {
            rows.Add(statement.Int64(0), statement.Bytes(1));
        }

        return rows.ToSeries();
    }

    /// <summary>The newest row up to a step, or else the oldest.</summary>
    public static RowSeries ReadNearest(SqliteConnection connection, MetricKey metric, int layer, long step)
    {
        using Statement before = new(
            connection,
            "SELECT MAX(step) FROM timestep_row WHERE metric_key = ? AND layer = ? AND step <= ?;");
        before.Bind(1, metric.Key).Bind(2, layer).Bind(3, step);
        StepRange range = before.Step() && !before.IsNull(0) ? StepRange.At(before.Int64(0)) : StepRange.All;
        return Read(connection, metric, layer, range, limit: 1);
    }

    /// <summary>The layers that a metric has rows of, ascending.</summary>
    public static ImmutableArray<int> Layers(SqliteConnection connection, long metricKey)
    {
        using Statement statement = new(
            connection, "SELECT layer FROM timestep_row WHERE metric_key = ? AND layer > ? ORDER BY layer LIMIT 1;");
        ImmutableArray<int>.Builder layers = ImmutableArray.CreateBuilder<int>();
        long previous = long.MinValue;
        while (true)
        {
            statement.Bind(1, metricKey).Bind(2, previous);
            if (!statement.Step())
            {
                return layers.ToImmutable();
            }

            previous = statement.Int64(0);
            layers.Add((int)previous);
            statement.Reset();
        }
    }

    /// <summary>The oldest and the newest step with a row, or null for none.</summary>
    public static StepRange? Ends(SqliteConnection connection, MetricKey metric, int layer, StepRange range)
    {
        using Statement statement = new(
            connection,
            """
            SELECT (SELECT MIN(step) FROM timestep_row WHERE metric_key = ?1 AND layer = ?2 AND step BETWEEN ?3 AND ?4),
                   (SELECT MAX(step) FROM timestep_row WHERE metric_key = ?1 AND layer = ?2 AND step BETWEEN ?3 AND ?4);
            """);
        statement.Bind(1, metric.Key).Bind(2, layer).Bind(3, range.First).Bind(4, range.Last);
        return statement.Step() && !statement.IsNull(0)
            ? new StepRange(statement.Int64(0), statement.Int64(1))
            : null;
    }
}
