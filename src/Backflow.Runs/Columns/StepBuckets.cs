using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Columns;

/// <summary>
/// Steps cut into buckets of 2ᵏ, aligned to step 0, so that a picture of a growing run never flickers.
/// </summary>
/// <param name="shift">k.</param>
internal readonly struct StepBuckets(int shift)
{
    /// <summary>The table of scalars.</summary>
    public const string ScalarTable = "scalar";

    /// <summary>The table of rows.</summary>
    public const string RowTable = "timestep_row";

    /// <summary>The bucket of a step.</summary>
    public long Of(long step) => step >> shift;

    /// <summary>The finest buckets that give at most so many points, or null where the values themselves do.</summary>
    /// <param name="connection">An open connection to the store.</param>
    /// <param name="table">One of the two tables.</param>
    /// <param name="metric">The metric's key in the store.</param>
    /// <param name="layer">The layer; not asked for scalars.</param>
    /// <param name="range">The steps.</param>
    /// <param name="maximumPoints">The most points.</param>
    /// <param name="pointsPerBucket">The points that a bucket becomes.</param>
    public static StepBuckets? Choose(
        SqliteConnection connection,
        string table,
        MetricKey metric,
        int layer,
        StepRange range,
        int maximumPoints,
        int pointsPerBucket)
    {
        string where = table == ScalarTable
            ? "metric_key = ?1 AND step BETWEEN ?3 AND ?4"
            : "metric_key = ?1 AND layer = ?2 AND step BETWEEN ?3 AND ?4";
        using Statement statement = new(
            connection,
            $"""
            SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE {where} LIMIT ?5)),
                   (SELECT MIN(step) FROM {table} WHERE {where}),
                   (SELECT MAX(step) FROM {table} WHERE {where});
            """);
        statement.Bind(1, metric.Key).Bind(3, range.First).Bind(4, range.Last).Bind(5, maximumPoints + 1L);
        if (table == RowTable)
        {
            statement.Bind(2, layer);
        }

        if (!statement.Step() || statement.Int64(0) <= maximumPoints)
        {
            return null;
        }

        // One point is left for the newest value.
        Int128 most = pointsPerBucket == 1 ? maximumPoints : Math.Max(1, (maximumPoints - 1) / pointsPerBucket);
        int shift = 0;
        while ((Int128)(statement.Int64(2) >> shift) - (statement.Int64(1) >> shift) + 1 > most)
        {
            shift++;
        }

        return new StepBuckets(shift);
    }
}
