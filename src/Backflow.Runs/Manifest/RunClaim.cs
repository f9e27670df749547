using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Manifest;

/// <summary>Makes this process the only one that trains a run.</summary>
internal static class RunClaim
{
    /// <summary>Takes the run, unless another living process trains it.</summary>
    /// <returns>The run's key.</returns>
    public static long Take(SqliteConnection connection, string id, DateTimeOffset now)
    {
        RequireNotTrainedElsewhere(RunTable.Get(connection, id, now), "go on with it", WayOutKind.Resume);
        connection.Execute(
            """
            UPDATE run SET status = $running, updated_ms = $now, heartbeat_ms = $now, host = $host,
                           process_id = $process, process_started_ms = $started,
                           final_training_loss = NULL, final_validation_loss = NULL
            WHERE id = $id;
            """,
            ("$running", RunTable.StatusText(RunStatus.Running)),
            ("$now", now.ToUnixTimeMilliseconds()),
            ("$host", ProcessStamp.Current.Host),
            ("$process", ProcessStamp.Current.Id),
            ("$started", ProcessStamp.Current.StartedMs),
            ("$id", id));
        return RunTable.Key(connection, id);
    }

    /// <summary>Throws when another living process trains the run.</summary>
    public static void RequireNotTrainedElsewhere(RunManifest run, string next, WayOutKind wayOut)
    {
        if (run.Status == RunStatus.Running && run.ProcessId != ProcessStamp.Current.Id)
        {
            throw new RunStoreException(
                $"Run {run.Id} is being trained by process {run.ProcessId}; stop that with Ctrl+C, then {next}.")
            {
                WayOut = new WayOut(wayOut, run.Id),
            };
        }
    }
}
