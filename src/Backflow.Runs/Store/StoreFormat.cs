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
        for (; version < StoreSchema.Version; version++)
        {
            connection.Execute(StoreSchema.Upgrades[(int)version - 1]);
        }

        connection.Execute(
            string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {StoreSchema.Version};"));
        transaction.Commit();
    }

    private static bool IsEmpty(SqliteConnection connection) =>
        connection.QueryInt64("SELECT COUNT(*) FROM sqlite_schema;") == 0;
}
