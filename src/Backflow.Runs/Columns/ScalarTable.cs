using System.Runtime.InteropServices;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Columns;

/// <summary>Reads scalars.</summary>
internal static class ScalarTable
{
    /// <summary>The values of one metric in ascending order of steps, at most so many.</summary>
    public static ScalarSeries Read(SqliteConnection connection, MetricKey metric, StepRange range, int limit)
    {
        using Statement statement = new(
            connection,
            "SELECT step, value FROM scalar WHERE metric_key = ? AND step BETWEEN ? AND ? ORDER BY step LIMIT ?;");
        statement.Bind(1, metric.Key).Bind(2, range.First).Bind(3, range.Last).Bind(4, limit);
        List<long> steps = [];
        List<double> values = [];
        while (statement.Step())
        {
            steps.Add(statement.Int64(0));
            values.Add(statement.Number(1));
        }

        return new ScalarSeries(
            metric.Name,
            ImmutableCollectionsMarshal.AsImmutableArray(steps.ToArray()),
            ImmutableCollectionsMarshal.AsImmutableArray(values.ToArray()));
    }
}
