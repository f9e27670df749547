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

        return ToSeries(metric, steps, values);
    }

    /// <summary>All values where they are few enough, else the extremes of buckets of 2ᵏ steps.</summary>
    public static ScalarSeries ReadExtremes(
        SqliteConnection connection, MetricKey metric, StepRange range, int maximumPoints)
    {
        if (StepBuckets.Choose(
            connection, StepBuckets.ScalarTable, metric, layer: 0, range, maximumPoints, PointsPerBucket)
            is not StepBuckets buckets)
        {
            return Read(connection, metric, range, int.MaxValue);
        }

        using Statement statement = new(
            connection, "SELECT step, value FROM scalar WHERE metric_key = ? AND step BETWEEN ? AND ? ORDER BY step;");
        statement.Bind(1, metric.Key).Bind(2, range.First).Bind(3, range.Last);
        ScalarBucket bucket = new();
        while (statement.Step())
        {
            long step = statement.Int64(0);
            bucket.Add(buckets.Of(step), step, statement.Number(1));
        }

        bucket.Finish();
        return ToSeries(metric, bucket.Steps, bucket.Values);
    }

    // The least, the greatest, and the first that is not finite.
    private const int PointsPerBucket = 3;

    private static ScalarSeries ToSeries(MetricKey metric, List<long> steps, List<double> values) => new(
        metric.Name,
        ImmutableCollectionsMarshal.AsImmutableArray(steps.ToArray()),
        ImmutableCollectionsMarshal.AsImmutableArray(values.ToArray()));
}
