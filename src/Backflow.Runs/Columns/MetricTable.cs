using System.Collections.Immutable;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Columns;

/// <summary>The table that gives each metric of a run its number.</summary>
internal static class MetricTable
{
    /// <summary>Every metric of a run, in the order in which they first appeared.</summary>
    public static ImmutableArray<MetricKey> List(SqliteConnection connection, long runKey)
    {
        using Statement statement = new(
            connection, "SELECT metric_key, kind, name FROM metric WHERE run_key = ? ORDER BY metric_key;");
        statement.Bind(1, runKey);
        ImmutableArray<MetricKey>.Builder metrics = ImmutableArray.CreateBuilder<MetricKey>();
        while (statement.Step())
        {
            MetricKind kind = statement.Text(1) == KindText(MetricKind.Scalar) ? MetricKind.Scalar : MetricKind.Row;
            metrics.Add(new MetricKey(statement.Int64(0), kind, statement.Text(2)));
        }

        return metrics.ToImmutable();
    }

    /// <summary>One metric; key 0, which no value has, where the run does not know it.</summary>
    public static MetricKey Find(SqliteConnection connection, long runKey, MetricKind kind, string name)
    {
        using Statement statement = new(
            connection, "SELECT metric_key FROM metric WHERE run_key = ? AND kind = ? AND name = ?;");
        statement.Bind(1, runKey).Bind(2, KindText(kind)).Bind(3, name);
        return new MetricKey(statement.Step() ? statement.Int64(0) : 0, kind, name);
    }

    /// <summary>One metric, added where the run does not know it.</summary>
    public static MetricKey FindOrAdd(SqliteConnection connection, long runKey, MetricKind kind, string name)
    {
        connection.Execute(
            "INSERT OR IGNORE INTO metric (run_key, kind, name) VALUES ($run, $kind, $name);",
            ("$run", runKey),
            ("$kind", KindText(kind)),
            ("$name", name));
        return Find(connection, runKey, kind, name);
    }

    /// <summary>What a run has of a metric, or null when it has no value of it.</summary>
    public static MetricSummary? Summarise(SqliteConnection connection, MetricKey metric) => metric.Kind switch
    {
        MetricKind.Scalar => SummariseScalar(connection, metric),
        _ => SummariseRows(connection, metric),
    };

    private static MetricSummary? SummariseScalar(SqliteConnection connection, MetricKey metric)
    {
        // Two queries in one, because SQLite seeks a minimum or a maximum and scans for both.
        using Statement statement = new(
            connection,
            """
            SELECT (SELECT MIN(step) FROM scalar WHERE metric_key = ?1),
                   (SELECT MAX(step) FROM scalar WHERE metric_key = ?1);
            """);
        statement.Bind(1, metric.Key);
        return statement.Step() && !statement.IsNull(0)
            ? new MetricSummary(metric.Kind, metric.Name, [], statement.Int64(0), statement.Int64(1))
            : null;
    }

    private static MetricSummary? SummariseRows(SqliteConnection connection, MetricKey metric)
    {
        ImmutableArray<int> layers = RowTable.Layers(connection, metric.Key);
        if (layers.IsEmpty)
        {
            return null;
        }

        StepRange[] ends = [.. layers.Select(layer => RowTable.Ends(connection, metric, layer, StepRange.All)!.Value)];
        return new MetricSummary(
            metric.Kind, metric.Name, layers, ends.Min(end => end.First), ends.Max(end => end.Last));
    }

    private static string KindText(MetricKind kind) => kind == MetricKind.Scalar ? "scalar" : "row";
}
