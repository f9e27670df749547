using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Manifest;

/// <summary>Makes this process the only one that trains a run.</summary>
internal static class RunClaim
{
    /// <summary>Takes the run, whose lock this process holds.</summary>
    /// <returns>The run's key.</returns>
    public static long Take(SqliteConnection connection, string id, DateTimeOffset now)
    {
        int taken = connection.Execute(
            """
            UPDATE run SET status = $running, updated_ms = $now, heartbeat_ms = $now, host = $host,
                           process_id = $process, process_started_ms = $started,
                           final_training_loss = NULL, final_validation_loss = NULL, paused = 0
            WHERE id = $id;
            DELETE FROM request WHERE step IS NULL AND run_key = (SELECT run_key FROM run WHERE id = $id);
            """,
            ("$running", RunTable.StatusText(RunStatus.Running)),
            ("$now", now.ToUnixTimeMilliseconds()),
            ("$host", ProcessStamp.Current.Host),
            ("$process", ProcessStamp.Current.Id),
            ("$started", ProcessStamp.Current.StartedMs),
            ("$id", id));
        return taken == 0 ? throw RunLookup.NotFound(connection, id) : RunTable.Key(connection, id);
    }

    /// <summary>The answer to a process that wants to train or delete a run which another one trains.</summary>
    public static RunStoreException TrainedElsewhere(SqliteConnection connection, string id, WayOutKind wayOut)
    {
        using SqliteCommand command = connection.Command(
            "SELECT host, process_id FROM run WHERE id = $id;", ("$id", id));
        using SqliteDataReader reader = command.ExecuteReader();
        if (!reader.Read())
        {
            return RunLookup.NotFound(connection, id);
        }

        string host = reader.GetString(0);
        string where = host == ProcessStamp.Current.Host ? "" : $" on {host}";
        string next = wayOut == WayOutKind.Delete ? "delete it" : "go on with it";
        return new RunStoreException(
            $"Run {id} is being trained by process {reader.GetInt64(1)}{where}; stop that with Ctrl+C, then {next}.")
        {
            WayOut = new WayOut(wayOut, id),
        };
    }

    /// <summary>The heartbeat of a run that is stored as running; null for any other.</summary>
    public static long? HeartbeatMs(SqliteConnection connection, string id) => connection.QueryInt64(
        "SELECT heartbeat_ms FROM run WHERE id = $id AND status = $running;",
        ("$id", id),
        ("$running", RunTable.StatusText(RunStatus.Running)));
}
