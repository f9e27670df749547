using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Backflow.Runs.Store;

/// <summary>The SQLite file of a store: opens connections, frames transactions, and translates failures.</summary>
internal sealed class StoreDatabase
{
    private readonly TimeSpan _busyTimeout;
    private readonly ReadOnlyCopy _readOnly;
    private readonly AwaitedStore? _awaited;
    private SqliteException? _refusal;

    /// <param name="path">The file, as an absolute path.</param>
    /// <param name="busyTimeout">How long other processes are waited for.</param>
    /// <param name="isAwaited">Whether there may be no file yet.</param>
    public StoreDatabase(string path, TimeSpan busyTimeout, bool isAwaited = false)
    {
        Path = path;
        _awaited = isAwaited ? new AwaitedStore(path) : null;
        _busyTimeout = busyTimeout;
        _readOnly = new ReadOnlyCopy(path);
    }

    /// <summary>The file, as an absolute path.</summary>
    public string Path { get; }

    /// <summary>Whether the store is awaited and not there yet.</summary>
    public bool IsMissing => _awaited?.IsMissing ?? false;

    /// <summary>Whether the store can only be read at present.</summary>
    public bool IsReadOnly => _refusal is not null;

    /// <summary>Whether nothing but space is missing to write the store.</summary>
    public bool IsFull => _refusal?.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_IOERR;

    /// <summary>Makes the store where it is awaited and not there yet.</summary>
    public void CreateWhereAwaited() => _awaited?.Create();

    /// <summary>Finds out whether the store can be written; where it cannot, it is read without.</summary>
    public void TryToWrite()
    {
        try
        {
            _refusal = null;
            using SqliteConnection connection = Connect(pooled: false);
            // A file that cannot be written still opens, and says so when a transaction begins.
            connection.Execute("PRAGMA busy_timeout = 0;");
            connection.Execute("BEGIN IMMEDIATE;");
            connection.Execute("ROLLBACK;");
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode == raw.SQLITE_BUSY)
        {
            // Another process writes it, so that it can be written.
        }
        catch (SqliteException refusal) when (refusal.SqliteErrorCode
            is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_FULL)
        {
            _refusal = refusal;
        }
    }

    /// <summary>Throws where the store still cannot be written.</summary>
    public void RequireWritable()
    {
        if (IsReadOnly)
        {
            TryToWrite();
        }

        if (_refusal is not null)
        {
            throw StoreFault.Translate(_refusal, Path);
        }
    }

    /// <summary>Opens a connection that its owner disposes of.</summary>
    /// <param name="pooled">False for a connection that lives as long as its owner, as the recorder's does.</param>
    /// <param name="create">Whether a missing file is created.</param>
    public SqliteConnection Connect(bool pooled = true, bool create = false)
    {
        if (IsMissing)
        {
            return AwaitedStore.ConnectToNothing();
        }

        _awaited?.Verify(this);
        if (IsReadOnly && !create)
        {
            return _readOnly.Connect();
        }

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
        RequireWritable();
        using SqliteConnection connection = Connect();
        if (durable)
        {
            connection.Execute("PRAGMA synchronous = FULL;");
        }

        using SqliteTransaction transaction = connection.BeginTransaction();
        T result = write(connection);
        transaction.Commit();
        if (durable)
        {
            // So that a write-ahead log that gets lost takes nothing of it along.
            transaction.Dispose();
            MoveLogIntoFile(connection);
        }

        return result;
    });

    /// <summary>Gives freed pages back to the file system, as far as there is room to do so.</summary>
    public void GiveSpaceBack()
    {
        try
        {
            using SqliteConnection connection = Connect();
            using (Statement vacuum = new(connection, "PRAGMA incremental_vacuum;"))
            {
                while (vacuum.Step())
                {
                    // A step per page.
                }
            }

            MoveLogIntoFile(connection);
        }
        catch (SqliteException full) when (full.SqliteErrorCode
            is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_BUSY)
        {
            // The pages are free for the next run.
        }
    }

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
        _readOnly.Close();
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

    // Readers are not waited for: they leave it to the next one.
    private static void MoveLogIntoFile(SqliteConnection connection)
    {
        try
        {
            connection.Execute("PRAGMA busy_timeout = 0;");
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE);");
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode
            is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
            // What was committed stays in the log.
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
