using Backflow.Runs.Notes;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Manifest;

/// <summary>Reads one row of the table of runs.</summary>
internal static class RunRow
{
    /// <summary>The manifest in the reader's current row.</summary>
    /// <param name="reader">A reader over all columns of the table.</param>
    /// <param name="liveness">Says whether its process lives.</param>
    public static RunManifest Read(SqliteDataReader reader, RunLiveness liveness)
    {
        RunManifest stored = ReadStored(reader);
        return stored.Status != RunStatus.Running || liveness.IsTrained(stored.Id, stored.Heartbeat)
            ? stored
            : stored with { Status = RunStatus.Interrupted, IsPaused = false };
    }

    private static RunManifest ReadStored(SqliteDataReader reader) => new()
    {
        Id = Text(reader, "id"),
        Name = Text(reader, "name"),
        Status = Enum.TryParse(Text(reader, "status"), ignoreCase: true, out RunStatus status)
            ? status
            : throw new RunFormatException(
                $"Run {Text(reader, "id")} has the status '{Text(reader, "status")}', which this build does not know; "
                + "update Backflow."),
        // A kind of a newer build is shown as what every run is.
        Kind = Has(reader, "kind") && Enum.TryParse(Text(reader, "kind"), ignoreCase: true, out RunKind kind)
            ? kind
            : RunKind.Training,
        BelongsTo = Has(reader, "belongs_to") ? reader["belongs_to"] as string : null,
        Created = Time(reader, "created_ms"),
        Updated = Time(reader, "updated_ms"),
        Task = Text(reader, "task"),
        Cell = Text(reader, "cell"),
        ConfigurationJson = Text(reader, "configuration_json"),
        Seed = unchecked((ulong)Int64(reader, "seed")),
        ProductVersion = Text(reader, "product_version"),
        Machine = Text(reader, "machine"),
        CommandLine = Text(reader, "command_line"),
        ProcessId = (int)Int64(reader, "process_id"),
        Heartbeat = Time(reader, "heartbeat_ms"),
        LastStep = reader["last_step"] as long?,
        FinalTrainingLoss = StoredNumber.FromColumn(reader["final_training_loss"]),
        FinalValidationLoss = StoredNumber.FromColumn(reader["final_validation_loss"]),
        DroppedRows = Int64(reader, "dropped_rows"),
        Rewinds = Int64(reader, "rewinds"),
        IsPinned = IsSet(reader, "pinned"),
        IsPaused = IsSet(reader, "paused"),
        Tags = Has(reader, "tags") ? RunTag.FromColumn(Text(reader, "tags")) : [],
        Note = Has(reader, "note") ? Text(reader, "note") : string.Empty,
    };

    // A store of an older version that can only be read lacks what came later.
    private static bool Has(SqliteDataReader reader, string column) =>
        Enumerable.Range(0, reader.FieldCount).Any(index => reader.GetName(index) == column);

    private static bool IsSet(SqliteDataReader reader, string column) =>
        Has(reader, column) && Int64(reader, column) != 0;

    private static string Text(SqliteDataReader reader, string column) => reader.GetString(reader.GetOrdinal(column));

    private static long Int64(SqliteDataReader reader, string column) => reader.GetInt64(reader.GetOrdinal(column));

    private static DateTimeOffset Time(SqliteDataReader reader, string column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Int64(reader, column));
}
