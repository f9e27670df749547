using Backflow.Runs.Checkpoints;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Manifest;

/// <summary>Deletes a run.</summary>
internal static class RunDeletion
{
    /// <summary>Deletes the rows of a run, and its checkpoint folder.</summary>
    /// <remarks>
    /// The folder goes while the transaction is open: when it cannot be deleted, or the process dies, the run is still
    /// listed and can be deleted again.
    /// </remarks>
    public static void Delete(
        SqliteConnection connection, string id, CheckpointStore checkpoints, DateTimeOffset now)
    {
        RunManifest run = RunTable.Get(connection, id, now);
        if (run.Status == RunStatus.Running && run.ProcessId == ProcessStamp.Current.Id)
        {
            throw new RunStoreException($"Run {id} is being trained by this process; finish it before deleting it.");
        }

        RunClaim.RequireNotTrainedElsewhere(run, "delete it", WayOutKind.Delete);
        // The columns first, as ranges: the cascade alone would visit them value by value.
        connection.Execute(
            """
            DELETE FROM scalar WHERE metric_key IN (SELECT metric_key FROM metric WHERE run_key = $run);
            DELETE FROM timestep_row WHERE metric_key IN (SELECT metric_key FROM metric WHERE run_key = $run);
            DELETE FROM run WHERE run_key = $run;
            """,
            ("$run", RunTable.Key(connection, id)));
        checkpoints.DeleteFolder(id);
    }
}
