using System.Collections.Immutable;
using System.Globalization;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Manifest;

/// <summary>The table of manifests: one row per run.</summary>
internal static class RunTable
{
    private const string InsertSql = """
        INSERT INTO run (id, name, status, created_ms, updated_ms, task, cell, configuration_json, seed,
                         product_version, machine, command_line, host, process_id, process_started_ms, heartbeat_ms,
                         kind, belongs_to)
        VALUES ($id, $name, $status, $now, $now, $task, $cell, $configuration, $seed, $version, $machine, $command,
                $host, $process, $started, $now, $kind, $belongs);
        """;

    /// <summary>Adds a run that this process trains.</summary>
    public static void Insert(SqliteConnection connection, string id, RunDescription description, DateTimeOffset now) =>
        connection.Execute(
            InsertSql,
            ("$id", id),
            ("$name", description.Name ?? id),
            ("$status", StatusText(RunStatus.Running)),
            ("$now", now.ToUnixTimeMilliseconds()),
            ("$task", description.Task),
            ("$cell", description.Cell),
            ("$configuration", description.ConfigurationJson),
            ("$seed", unchecked((long)description.Seed)),
            ("$version", description.ProductVersion),
            ("$machine", description.Machine),
            ("$command", description.CommandLine),
            ("$host", ProcessStamp.Current.Host),
            ("$process", ProcessStamp.Current.Id),
            ("$started", ProcessStamp.Current.StartedMs),
            ("$kind", WordOf(description.Kind)),
            ("$belongs", (object?)description.BelongsTo ?? DBNull.Value));

    /// <summary>Every run, newest first.</summary>
    public static ImmutableArray<RunManifest> List(SqliteConnection connection, RunLiveness liveness)
    {
        using SqliteCommand command = connection.Command("SELECT * FROM run ORDER BY created_ms DESC, run_key DESC;");
        using SqliteDataReader reader = command.ExecuteReader();
        ImmutableArray<RunManifest>.Builder runs = ImmutableArray.CreateBuilder<RunManifest>();
        while (reader.Read())
        {
            runs.Add(RunRow.Read(reader, liveness));
        }

        return runs.ToImmutable();
    }

    /// <summary>The run with an id.</summary>
    public static RunManifest Get(SqliteConnection connection, string id, RunLiveness liveness)
    {
        using SqliteCommand command = connection.Command("SELECT * FROM run WHERE id = $id;", ("$id", id));
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? RunRow.Read(reader, liveness) : throw RunLookup.NotFound(connection, id);
    }

    /// <summary>The key under which all other tables know a run.</summary>
    public static long Key(SqliteConnection connection, string id) =>
        connection.QueryInt64("SELECT run_key FROM run WHERE id = $id;", ("$id", id))
        ?? throw RunLookup.NotFound(connection, id);

    /// <summary>Changes one column of a run.</summary>
    /// <param name="connection">A connection within a transaction.</param>
    /// <param name="id">The run.</param>
    /// <param name="now">When.</param>
    /// <param name="assignment">The column and its new value, such as "name = $value".</param>
    /// <param name="value">The value of $value.</param>
    public static void Update(
        SqliteConnection connection, string id, DateTimeOffset now, string assignment, object value)
    {
        int changed = connection.Execute(
            $"UPDATE run SET updated_ms = $now, {assignment} WHERE id = $id;",
            ("$now", now.ToUnixTimeMilliseconds()),
            ("$id", id),
            ("$value", value));
        if (changed == 0)
        {
            throw RunLookup.NotFound(connection, id);
        }
    }

    /// <summary>The next free id for a prefix; ids of deleted runs are not given out again.</summary>
    public static string NextId(SqliteConnection connection, string prefix)
    {
        while (true)
        {
            long number = connection.QueryInt64(
                """
                INSERT INTO run_counter (prefix, last) VALUES ($prefix, 1)
                ON CONFLICT DO UPDATE SET last = last + 1
                RETURNING last;
                """,
                ("$prefix", prefix))!.Value;
            string id = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number:D4}");
            if (!IsTaken(connection, id))
            {
                return id;
            }
        }
    }

    /// <summary>Whether a run goes by a word, as its id or as its name.</summary>
    public static bool IsTaken(SqliteConnection connection, string word, string exceptId = "") =>
        connection.QueryInt64(
            "SELECT 1 FROM run WHERE (id = $word OR name = $word) AND id <> $except;",
            ("$word", word),
            ("$except", exceptId)) is not null;

    /// <summary>The status as the store spells it.</summary>
    public static string StatusText(RunStatus status) => WordOf(status);

#pragma warning disable CA1308 // The store's words are lower-case, as in every other column and on the command line.
    private static string WordOf<TEnum>(TEnum value)
        where TEnum : struct, Enum => value.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
