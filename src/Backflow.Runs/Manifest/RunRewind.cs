using Backflow.Runs.Columns;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Manifest;

/// <summary>Takes a run back to a step.</summary>
internal static class RunRewind
{
    /// <summary>Removes what a run has of every later step, and counts the rewind.</summary>
    public static void DiscardAfter(SqliteConnection connection, string id, long step, DateTimeOffset now)
    {
        long runKey = RunTable.Key(connection, id);
        foreach (MetricKey metric in MetricTable.List(connection, runKey))
        {
            if (metric.Kind == MetricKind.Scalar)
            {
                connection.Execute(
                    "DELETE FROM scalar WHERE metric_key = $metric AND step > $step;",
                    ("$metric", metric.Key),
                    ("$step", step));
                continue;
            }

            // By layer, so that the key is sought and not scanned.
            foreach (int layer in RowTable.Layers(connection, metric.Key))
            {
                connection.Execute(
                    "DELETE FROM timestep_row WHERE metric_key = $metric AND layer = $layer AND step > $step;",
                    ("$metric", metric.Key),
                    ("$layer", layer),
                    ("$step", step));
            }
        }

        connection.Execute(
            """
            DELETE FROM sample WHERE run_key = $run AND step > $step;
            DELETE FROM event WHERE run_key = $run AND step > $step;
            DELETE FROM checkpoint WHERE run_key = $run AND step > $step;
            UPDATE run SET rewinds = rewinds + 1, updated_ms = $now, last_step = MIN(last_step, $step)
            WHERE run_key = $run;
            """,
            ("$run", runKey),
            ("$step", step),
            ("$now", now.ToUnixTimeMilliseconds()));
    }
}
