using Backflow.Runs.Checkpoints;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Store;

/// <summary>A store that is not there yet: it is read as an empty one, and appears with its first run.</summary>
/// <param name="path">Where it will be.</param>
internal sealed class AwaitedStore(string path)
{
    private const string InMemory = "Data Source=:memory:";

    private readonly Lock _lock = new();
    private bool _hasCome;

    /// <summary>Whether there is still no file.</summary>
    public bool IsMissing => !_hasCome && !File.Exists(path);

    /// <summary>An empty store of its own for each connection: looking leaves nothing behind.</summary>
    public static SqliteConnection ConnectToNothing()
    {
        SqliteConnection connection = new(InMemory);
        connection.Open();
        connection.Execute(StoreSchema.Sql);
        return connection;
    }

    /// <summary>Makes the store where it is still missing.</summary>
    /// <exception cref="RunStoreException">The file or its folder cannot be created.</exception>
    public void Create()
    {
        if (IsMissing)
        {
            StoreFolder.Create(Path.GetDirectoryName(path)!);
            StoreCreation.CreateWhereMissing(path, Disk.Real);
        }
    }

    /// <summary>Looks once at the file that has come, which another process may have made.</summary>
    /// <param name="database">The database of the file.</param>
    /// <exception cref="RunFormatException">The file is no store, or one of a newer version.</exception>
    public void Verify(StoreDatabase database)
    {
        lock (_lock)
        {
            if (_hasCome)
            {
                return;
            }

            StoreFolder.RequireNoPipe(path);
            _hasCome = true;
            try
            {
                database.TryToWrite();
                using SqliteConnection connection = database.Connect();
                StoreFormat.VerifyOrUpgrade(connection, path);
            }
            catch
            {
                _hasCome = false;
                throw;
            }
        }
    }
}
