using System.Collections.Immutable;
using Backflow.Runs.Columns;
using Backflow.Runs.Recording;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Manifest;

/// <summary>Reads what a list shows of runs: a seek per run and value, whatever was recorded.</summary>
internal static class OverviewTable
{
    public static ImmutableArray<RunOverview> List(
        SqliteConnection connection, ImmutableArray<string> metrics, RunLiveness liveness)
    {
        using Statements statements = new(connection);
        return [.. RunTable.List(connection, liveness).Select(run => statements.Read(run, metrics))];
    }

    public static RunOverview Get(
        SqliteConnection connection, string id, ImmutableArray<string> metrics, RunLiveness liveness)
    {
        using Statements statements = new(connection);
        return statements.Read(RunTable.Get(connection, id, liveness), metrics);
    }

    private sealed class Statements(SqliteConnection connection) : IDisposable
    {
        private readonly Statement _newest = new(
            connection,
            """
            SELECT value FROM scalar WHERE metric_key =
                (SELECT metric_key FROM metric
                 WHERE run_key = (SELECT run_key FROM run WHERE id = ?) AND kind = 'scalar' AND name = ?)
            ORDER BY step DESC LIMIT 1;
            """);

        private readonly Statement _events = new(
            connection,
            """
            SELECT level, COUNT(*) FROM event WHERE run_key = (SELECT run_key FROM run WHERE id = ?) GROUP BY level;
            """);

        public RunOverview Read(RunManifest run, ImmutableArray<string> metrics)
        {
            Dictionary<string, int> counts = [];
            _events.Bind(1, run.Id);
            while (_events.Step())
            {
                counts.Add(_events.Text(0), (int)_events.Int64(1));
            }

            _events.Reset();
            return new RunOverview(
                run,
                [.. metrics.Select(metric => Newest(run.Id, metric))],
                Count(counts, RunEventLevel.Information),
                Count(counts, RunEventLevel.Warning),
                Count(counts, RunEventLevel.Error));
        }

        public void Dispose()
        {
            _newest.Dispose();
            _events.Dispose();
        }

        private static int Count(Dictionary<string, int> counts, RunEventLevel level) =>
            counts.GetValueOrDefault(EventLevelText.Of(level));

        private double? Newest(string id, string metric)
        {
            _newest.Bind(1, id).Bind(2, metric);
            double? value = _newest.Step() ? _newest.Number(0) : null;
            _newest.Reset();
            return value;
        }
    }
}
