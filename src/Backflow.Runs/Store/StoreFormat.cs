using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Backflow.Runs.Store;

/// <summary>Recognises a store, or lays the first one down.</summary>
internal static class StoreFormat
{
    // Rows of T = 128 are 512 bytes: pages of 8 KiB hold fifteen of them, and keep rows up to T = 500 in place.
    private const string FirstPragmas = """
        PRAGMA page_size = 8192;
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        """;

    // What each version added to the one before, from version 2 on. In version 2 trials and the networks of the
    // dependency page were known by their names. The number of a diagnosis is never given out again.
    private static readonly string[] Upgrades =
    [
        "ALTER TABLE run ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;",
        StoreSchema.Request +
        """

        ALTER TABLE run ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE run ADD COLUMN kind TEXT NOT NULL DEFAULT 'training';
        ALTER TABLE run ADD COLUMN belongs_to TEXT;
        ALTER TABLE run ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT '';
        UPDATE run SET kind = 'experiment' WHERE task GLOB 'experiment *';
        UPDATE run SET belongs_to = substr(name, 1, instr(name, '/') - 1)
        WHERE name GLOB 'diagnose-[0-9][0-9][0-9][0-9]*/*';
        UPDATE run SET belongs_to = 'dependency' WHERE name GLOB 'dependency-*';
        INSERT INTO run_counter (prefix, last)
        SELECT 'diagnose', MAX(CAST(substr(belongs_to, 10) AS INTEGER)) FROM run
        WHERE belongs_to GLOB 'diagnose-*' HAVING COUNT(*) > 0
        ON CONFLICT DO NOTHING;
        """,
    ];

    /// <summary>Creates the tables in an empty database; leaves a store as it is.</summary>
    public static void CreateOrVerify(SqliteConnection connection, string path)
    {
        if (connection.QueryInt64("PRAGMA user_version;") == 0 && IsEmpty(connection))
        {
            connection.Execute(FirstPragmas);
            using SqliteTransaction transaction = connection.BeginTransaction();
            // Asked again inside the transaction: another process may have been faster.
            if (IsEmpty(connection))
            {
                connection.Execute(StoreSchema.Sql);
                connection.Execute(string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    PRAGMA application_id = {StoreSchema.ApplicationId};
                    PRAGMA user_version = {StoreSchema.Version};
                    """));
            }

            transaction.Commit();
        }

        VerifyOrUpgrade(connection, path);
    }

    /// <summary>Throws unless the database is a store that this build reads; brings an older one up to date.</summary>
    /// <exception cref="RunFormatException">It is another application's, empty, or of a newer version.</exception>
    public static void VerifyOrUpgrade(SqliteConnection connection, string path)
    {
        if (IsEmpty(connection))
        {
            throw new RunFormatException(
                $"{path} is an empty database, not a run store; train a run into it.")
            {
                WayOut = new WayOut(WayOutKind.Train),
            };
        }

        if (connection.QueryInt64("PRAGMA application_id;") != StoreSchema.ApplicationId)
        {
            throw new RunFormatException(
                $"{path} is an SQLite database of another application, not a run store; choose another store.")
            {
                WayOut = new WayOut(WayOutKind.OtherStore),
            };
        }

        long version = connection.QueryInt64("PRAGMA user_version;") ?? 0;
        if (version is < 1 or > StoreSchema.Version)
        {
            throw new RunFormatException(
                $"{path} is a run store of format {version}, and this build reads formats 1 to {StoreSchema.Version}; "
                + "update Backflow, or choose another store.")
            {
                WayOut = new WayOut(WayOutKind.OtherStore),
            };
        }

        // A store that can only be read is read as it is.
        if (version < StoreSchema.Version && raw.sqlite3_db_readonly(connection.Handle, "main") == 0)
        {
            Upgrade(connection);
        }
    }

    private static void Upgrade(SqliteConnection connection)
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        // Asked again inside the transaction: another process may have been faster.
        long version = connection.QueryInt64("PRAGMA user_version;") ?? 0;
        foreach (string step in Upgrades.Skip((int)version - 1))
        {
            connection.Execute(step);
        }

        connection.Execute(string.Create(
            CultureInfo.InvariantCulture, $"PRAGMA user_version = {StoreSchema.Version};"));

        transaction.Commit();
    }

    private static bool IsEmpty(SqliteConnection connection) =>
        connection.QueryInt64("SELECT COUNT(*) FROM sqlite_schema;") == 0;
}
