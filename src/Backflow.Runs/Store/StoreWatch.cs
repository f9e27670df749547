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
    private readonly SqliteConnection _connection;
    private long? _version;

    internal StoreWatch(StoreDatabase database)
    {
        _database = database;
        _connection = database.Guard(() => database.Connect(pooled: false));
    }

    /// <summary>Whether the store was changed since the last question.</summary>
    /// <returns>True the first time.</returns>
    public bool HasChanged() => _database.Guard(() =>
    {
        long? version = _connection.QueryInt64("PRAGMA data_version;");
        bool changed = version != _version;
        _version = version;
        return changed;
    });

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
