using System.Collections.Immutable;
using Backflow.Runs.Manifest;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Columns;

/// <summary>Follows a run: each look gives what came since the last one. For one thread at a time.</summary>
/// <remarks>
/// Each metric is followed by its own newest step, because a slow metric may write step 100 after a fast one wrote step
/// 105; within one metric and layer, steps must come in ascending order.
/// </remarks>
public sealed class RunTail
{
    private readonly StoreDatabase _database;
    private readonly string _runId;
    private readonly RunLiveness _liveness;
    private readonly Dictionary<string, long> _scalarSteps = [];
    private readonly Dictionary<(string Metric, int Layer), long> _rowSteps = [];
    private long _sampleKey;
    private long _eventKey;
    private long? _rewinds;

    internal RunTail(StoreDatabase database, string runId, RunLiveness liveness)
    {
        _database = database;
        _runId = runId;
        _liveness = liveness;
    }

    /// <summary>Counts everything that is there as seen: the next look gives what comes from now on.</summary>
    public void SkipAll() => _database.Read(connection =>
    {
        long runKey = RunTable.Key(connection, _runId);
        _rewinds = RunTable.Get(connection, _runId, _liveness).Rewinds;
        foreach (MetricKey metric in MetricTable.List(connection, runKey))
        {
            SkipAll(connection, metric);
        }

        _sampleKey = JournalTables.NewestSample(connection, runKey);
        _eventKey = JournalTables.NewestEvent(connection, runKey);
        return true;
    });

    /// <summary>Looks for what came.</summary>
    /// <param name="maximumPerColumn">
    /// The most values of one column in one look; the next look goes on behind them.
    /// </param>
    /// <returns>What came, which may be nothing.</returns>
    public RunChanges Read(int maximumPerColumn = 1_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumPerColumn);
        RunChanges changes = _database.Read(connection => Read(connection, maximumPerColumn));
        foreach (ScalarSeries series in changes.Scalars)
        {
            _scalarSteps[series.Metric] = series.Steps[^1];
        }

        foreach (RowSeries series in changes.Rows)
        {
            _rowSteps[(series.Metric, series.Layer)] = series.Steps[^1];
        }

        _sampleKey = changes.Samples.IsEmpty ? _sampleKey : changes.Samples[^1].Key;
        _eventKey = changes.Events.IsEmpty ? _eventKey : changes.Events[^1].Key;
        return changes;
    }

    private void SkipAll(SqliteConnection connection, MetricKey metric)
    {
        if (metric.Kind == MetricKind.Scalar)
        {
            if (MetricTable.Summarise(connection, metric) is MetricSummary summary)
            {
                _scalarSteps[metric.Name] = summary.LastStep;
            }

            return;
        }

        foreach (int layer in RowTable.Layers(connection, metric.Key))
        {
            _rowSteps[(metric.Name, layer)] = RowTable.Ends(connection, metric, layer, StepRange.All)!.Value.Last;
        }
    }

    private RunChanges Read(SqliteConnection connection, int limit)
    {
        RunManifest run = RunTable.Get(connection, _runId, _liveness);
        bool startedOver = StartOverAfterRewind(run.Rewinds);
        long runKey = RunTable.Key(connection, _runId);
        ImmutableArray<MetricKey> metrics = MetricTable.List(connection, runKey);
        return new RunChanges(
            run,
            startedOver,
            [.. metrics.Where(metric => metric.Kind == MetricKind.Scalar)
                .Select(metric => ScalarTable.Read(connection, metric, After(_scalarSteps, metric.Name), limit))
                .Where(series => series.Count > 0)],
            [.. metrics.Where(metric => metric.Kind == MetricKind.Row)
                .SelectMany(metric => RowTable.Layers(connection, metric.Key).Select(layer => RowTable.Read(
                    connection, metric, layer, After(_rowSteps, (metric.Name, layer)), limit)))
                .Where(series => series.Count > 0)],
            JournalTables.Samples(connection, runKey, StepRange.All, _sampleKey, limit),
            JournalTables.Events(connection, runKey, StepRange.All, _eventKey, limit));
    }

    private bool StartOverAfterRewind(long rewinds)
    {
        bool startsOver = _rewinds is long known && known != rewinds;
        if (startsOver)
        {
            _scalarSteps.Clear();
            _rowSteps.Clear();
            _sampleKey = 0;
            _eventKey = 0;
        }

        _rewinds = rewinds;
        return startsOver;
    }

    private static StepRange After<TKey>(Dictionary<TKey, long> steps, TKey key)
        where TKey : notnull =>
        steps.TryGetValue(key, out long step) ? StepRange.After(step) : StepRange.All;
}
