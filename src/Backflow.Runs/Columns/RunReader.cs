using System.Collections.Immutable;
using Backflow.Runs.Manifest;
using Backflow.Runs.Store;

namespace Backflow.Runs.Columns;

/// <summary>Reads what a run recorded, from any thread, while it is being recorded or after.</summary>
/// <remarks>
/// Each call sees one snapshot of the store. A metric that the run does not have yet reads as an empty series, so that
/// a page can ask before the first step is there.
/// </remarks>
public sealed class RunReader
{
    private readonly StoreDatabase _database;
    private readonly RunLiveness _liveness;

    internal RunReader(StoreDatabase database, string runId, RunLiveness liveness)
    {
        _database = database;
        _liveness = liveness;
        RunId = runId;
    }

    /// <summary>The run that is read.</summary>
    public string RunId { get; }

    /// <summary>The metrics that the run has values of, in the order in which they first appeared.</summary>
    /// <returns>One summary per kind and name.</returns>
    public ImmutableArray<MetricSummary> Metrics() => _database.Read<ImmutableArray<MetricSummary>>(connection =>
    [
        .. MetricTable.List(connection, RunTable.Key(connection, RunId))
            .Select(metric => MetricTable.Summarise(connection, metric))
            .OfType<MetricSummary>(),
    ]);

    /// <summary>The values of a scalar metric.</summary>
    /// <param name="metric">Its name.</param>
    /// <param name="range">The steps; null for all.</param>
    /// <param name="limit">The most values: the oldest.</param>
    /// <returns>Ascending by step.</returns>
    public ScalarSeries Scalars(string metric, StepRange? range = null, int limit = int.MaxValue) =>
        _database.Read(connection =>
        {
            MetricKey key = MetricTable.Find(connection, RunTable.Key(connection, RunId), MetricKind.Scalar, metric);
            return ScalarTable.Read(connection, key, range ?? StepRange.All, limit);
        });

    /// <summary>The rows of a row metric in one layer.</summary>
    /// <param name="metric">Its name.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="range">The steps; null for all.</param>
    /// <param name="limit">The most rows: the oldest.</param>
    /// <returns>Ascending by step.</returns>
    public RowSeries Rows(string metric, int layer, StepRange? range = null, int limit = int.MaxValue) =>
        _database.Read(connection =>
        {
            MetricKey key = MetricTable.Find(connection, RunTable.Key(connection, RunId), MetricKind.Row, metric);
            return RowTable.Read(connection, key, layer, range ?? StepRange.All, limit);
        });

    /// <summary>The values of a scalar metric, or the extremes of each bucket where there are too many.</summary>
    /// <param name="metric">Its name.</param>
    /// <param name="range">The steps; null for all.</param>
    /// <param name="maximumPoints">
    /// The most points wanted, at least 4. Where the range has more, it is cut into buckets of 2ᵏ steps, and of each
    /// the least, the greatest and the first value that is not finite are kept, each at its own step, and the newest
    /// value.
    /// </param>
    /// <returns>Ascending by step; every point was recorded.</returns>
    public ScalarSeries ScalarExtremes(string metric, StepRange? range, int maximumPoints)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumPoints, 4);
        return _database.Read(connection =>
        {
            MetricKey key = MetricTable.Find(connection, RunTable.Key(connection, RunId), MetricKind.Scalar, metric);
            return ScalarTable.ReadExtremes(connection, key, range ?? StepRange.All, maximumPoints);
        });
    }

    /// <summary>
    /// The rows of a row metric in one layer, or the extremes of each bucket where there are too many.
    /// </summary>
    /// <param name="metric">Its name.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="range">The steps; null for all.</param>
    /// <param name="maximumColumns">The most columns wanted, at least 1.</param>
    /// <returns>Ascending by step.</returns>
    public RowExtremes RowExtremes(string metric, int layer, StepRange? range, int maximumColumns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumColumns);
        return _database.Read(connection =>
        {
            MetricKey key = MetricTable.Find(connection, RunTable.Key(connection, RunId), MetricKind.Row, metric);
            return RowExtremesTable.Read(connection, key, layer, range ?? StepRange.All, maximumColumns);
        });
    }

    /// <summary>The row of a step, or of the nearest one before it, or of the first.</summary>
    /// <param name="metric">Its name.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="step">Any step; nothing need have been measured at it.</param>
    /// <returns>A series of one row, or of none where the metric has none.</returns>
    public RowSeries RowAt(string metric, int layer, long step) => _database.Read(connection =>
    {
        MetricKey key = MetricTable.Find(connection, RunTable.Key(connection, RunId), MetricKind.Row, metric);
        return RowTable.ReadNearest(connection, key, layer, step);
    });

    /// <summary>The samples of the run.</summary>
    /// <param name="range">The steps; null for all.</param>
    /// <returns>In the order in which they were made.</returns>
    public ImmutableArray<RunSample> Samples(StepRange? range = null) => _database.Read(connection =>
        JournalTables.Samples(
            connection, RunTable.Key(connection, RunId), range ?? StepRange.All, afterKey: 0, int.MaxValue));

    /// <summary>The events of the run.</summary>
    /// <param name="range">The steps; null for all.</param>
    /// <returns>In the order in which they happened.</returns>
    public ImmutableArray<RunEvent> Events(StepRange? range = null) => _database.Read(connection =>
        JournalTables.Events(
            connection, RunTable.Key(connection, RunId), range ?? StepRange.All, afterKey: 0, int.MaxValue));

    /// <summary>Follows the run from its first step on.</summary>
    /// <returns>A tail that remembers what it has seen; one per watcher.</returns>
    public RunTail Tail() => new(_database, RunId, _liveness);
}
