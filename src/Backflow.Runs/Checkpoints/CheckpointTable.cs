using System.Collections.Immutable;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Checkpoints;

/// <summary>The tables of checkpoints and of the labels that keep them.</summary>
internal static class CheckpointTable
{
    /// <summary>Enters a checkpoint; one of the same step is replaced and keeps its labels.</summary>
    public static void Add(
        SqliteConnection connection, long runKey, long step, string name, WrittenFile file, DateTimeOffset now) =>
        connection.Execute(
            """
            INSERT INTO checkpoint (run_key, step, file, bytes, sha256, created_ms)
            VALUES ($run, $step, $file, $bytes, $sha256, $now)
            ON CONFLICT DO UPDATE SET file = $file, bytes = $bytes, sha256 = $sha256, created_ms = $now;
            """,
            ("$run", runKey),
            ("$step", step),
            ("$file", name),
            ("$bytes", file.Bytes),
            ("$sha256", file.Sha256),
            ("$now", now.ToUnixTimeMilliseconds()));

    /// <summary>Removes all but the newest and the labelled ones.</summary>
    public static void Prune(SqliteConnection connection, long runKey, int keepNewest) => connection.Execute(
        """
        DELETE FROM checkpoint WHERE run_key = $run
            AND step NOT IN (SELECT step FROM checkpoint WHERE run_key = $run ORDER BY step DESC LIMIT $keep)
            AND step NOT IN (SELECT step FROM checkpoint_pin WHERE run_key = $run);
        """,
        ("$run", runKey),
        ("$keep", keepNewest));

    /// <summary>Gives a label to a checkpoint, and takes it from the one that had it.</summary>
    /// <returns>False where the run has no checkpoint of that step.</returns>
    public static bool Pin(SqliteConnection connection, long runKey, long step, string label) => connection.Execute(
        """
        INSERT INTO checkpoint_pin (run_key, label, step)
        SELECT run_key, $label, step FROM checkpoint WHERE run_key = $run AND step = $step
        ON CONFLICT DO UPDATE SET step = $step;
        """,
        ("$run", runKey),
        ("$step", step),
        ("$label", label)) > 0;

    /// <summary>The checkpoints of a run, newest first.</summary>
    public static ImmutableArray<Checkpoint> List(
        SqliteConnection connection, long runKey, string runId, string folder)
    {
        ILookup<long, string> pins = Pins(connection, runKey).ToLookup(pin => pin.Step, pin => pin.Label);
        using SqliteCommand command = connection.Command(
            "SELECT step, file, bytes, sha256, created_ms FROM checkpoint WHERE run_key = $run ORDER BY step DESC;",
            ("$run", runKey));
        using SqliteDataReader reader = command.ExecuteReader();
        ImmutableArray<Checkpoint>.Builder checkpoints = ImmutableArray.CreateBuilder<Checkpoint>();
        while (reader.Read())
        {
            long step = reader.GetInt64(0);
            checkpoints.Add(new Checkpoint(
                runId,
                step,
                Path.Combine(folder, CheckpointName.Require(reader.GetString(1))),
                reader.GetInt64(2),
                reader.GetString(3),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)),
                [.. pins[step]]));
        }

        return checkpoints.ToImmutable();
    }

    private static List<(long Step, string Label)> Pins(SqliteConnection connection, long runKey)
    {
        using SqliteCommand command = connection.Command(
            "SELECT step, label FROM checkpoint_pin WHERE run_key = $run ORDER BY label;", ("$run", runKey));
        using SqliteDataReader reader = command.ExecuteReader();
        List<(long Step, string Label)> pins = [];
        while (reader.Read())
        {
            pins.Add((reader.GetInt64(0), reader.GetString(1)));
        }

        return pins;
    }
}
