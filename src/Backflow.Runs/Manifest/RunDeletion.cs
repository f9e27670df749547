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

        RunClaim.RequireNotTrainedElsewhere(run, $"delete it with 'backflow runs delete {id}'");
        connection.Execute("DELETE FROM run WHERE id = $id;", ("$id", id));
        checkpoints.DeleteFolder(id);
    }
}
