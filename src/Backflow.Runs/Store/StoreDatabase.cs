using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Store;

/// <summary>The SQLite file of a store: opens connections, frames transactions, and translates failures.</summary>
internal sealed class StoreDatabase
{
    private readonly TimeSpan _busyTimeout;

    public StoreDatabase(string path, TimeSpan busyTimeout)
    {
        Path = path;
        _busyTimeout = busyTimeout;
    }

    /// <summary>The file, as an absolute path.</summary>
    public string Path { get; }

    /// <summary>Opens a connection that its owner disposes of.</summary>
    /// <param name="pooled">False for a connection that lives as long as its owner, as the recorder's does.</param>
    /// <param name="create">Whether a missing file is created.</param>
    public SqliteConnection Connect(bool pooled = true, bool create = false)
    {
        if (create)
        {
            // The log and its index take the permissions of the file.
            OwnerOnly.Reserve(Path);
        }

        SqliteConnection connection = new(ConnectionString(
            pooled && !create, create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite));
        try
        {
            connection.Open();
            // NORMAL: a commit survives the death of the process, and power loss costs the newest commits, never
            // the file. Checkpoints ask for FULL (see Write).
            connection.Execute(string.Create(
                CultureInfo.InvariantCulture,
                $"PRAGMA busy_timeout = {(int)_busyTimeout.TotalMilliseconds}; PRAGMA synchronous = NORMAL;"));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs several reads on one snapshot of the store.</summary>
    public T Read<T>(Func<SqliteConnection, T> read) => Guard(() =>
    {
        using SqliteConnection connection = Connect();
        using SqliteTransaction snapshot = connection.BeginTransaction(deferred: true);
        return read(connection);
    });

    /// <summary>Runs reads and writes as one transaction: all of it is kept or none.</summary>
    /// <param name="write">The work; an exception out of it rolls everything back.</param>
    /// <param name="durable">Whether the commit also survives the loss of power.</param>
    public T Write<T>(Func<SqliteConnection, T> write, bool durable = false) => Guard(() =>
    {
        using SqliteConnection connection = Connect();
        if (durable)
        {
            connection.Execute("PRAGMA synchronous = FULL;");
        }

        using SqliteTransaction transaction = connection.BeginTransaction();
        T result = write(connection);
        transaction.Commit();
        return result;
    });

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action<SqliteConnection> write, bool durable = false) => Write(
        connection =>
        {
            write(connection);
            return true;
        },
        durable);

    /// <summary>Closes the connections that wait to be used again, so that the files may be moved or deleted.</summary>
    public void Close()
    {
        using SqliteConnection connection = new(ConnectionString(pooled: true, SqliteOpenMode.ReadWrite));
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>Runs work whose SQLite failures are reported as <see cref="RunStoreException"/>.</summary>
    public T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException failure)
        {
            throw StoreFault.Translate(failure, Path);
        }
    }

    private string ConnectionString(bool pooled, SqliteOpenMode mode) => new SqliteConnectionStringBuilder
    {
        DataSource = Path,
        Mode = mode,
        ForeignKeys = true,
        Pooling = pooled,
        // SQLite's own busy handler waits; a second wait around it would only double the time.
        DefaultTimeout = 1,
    }.ToString();
}
