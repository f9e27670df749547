using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Store;

/// <summary>
/// Tells at the price of one question whether anyone committed to the store. For one thread at a time.
/// </summary>
/// <remarks>
/// PRAGMA data_version differs when another connection, of this process or of any other, has changed the file; this
/// connection never does.
/// </remarks>
public sealed class StoreWatch : IDisposable
{
    private readonly StoreDatabase _database;
    private SqliteConnection? _connection;
    private long? _version;

    internal StoreWatch(StoreDatabase database)
    {
        _database = database;
        _ = database.Guard(Version);
    }

    /// <summary>Whether the store was changed since the last question.</summary>
    /// <returns>True the first time.</returns>
    public bool HasChanged() => _database.Guard(() =>
    {
        long version = Version();
        bool changed = version != _version;
        _version = version;
        return changed;
    });

    /// <inheritdoc/>
    public void Dispose() => _connection?.Dispose();

    // The versions of a file are above 0.
    private long Version()
    {
        if (_connection is null && _database.IsMissing)
        {
            return 0;
        }

        _connection ??= _database.Connect(pooled: false);
        return _connection.QueryInt64("PRAGMA data_version;") ?? 0;
    }
}
