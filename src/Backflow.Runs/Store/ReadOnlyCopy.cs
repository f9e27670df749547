using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Store;

/// <summary>
/// Opens a store that can only be read: a read-only disk, another user's folder, an archive, a full disk.
/// </summary>
/// <remarks>
/// SQLite reads a write-ahead log through a file of shared memory beside it, which cannot be made there. Without a log
/// the database is whole, and is opened as one that does not change. With one, SQLite reads it where its owner's shared
/// memory lies beside it; else both are copied to the temporary folder, and read there.
/// </remarks>
internal sealed class ReadOnlyCopy(string path)
{
    private readonly Lock _lock = new();
    private string? _copy;

    /// <summary>Opens a connection that its owner disposes of.</summary>
    public SqliteConnection Connect()
    {
        lock (_lock)
        {
            if (_copy is not null)
            {
                return Open(Path.Combine(_copy, Path.GetFileName(path)), SqliteOpenMode.ReadWrite);
            }

            if (!HasLog())
            {
                return Open(new Uri(path).AbsoluteUri + "?immutable=1", SqliteOpenMode.ReadOnly);
            }

            try
            {
                return Open(path, SqliteOpenMode.ReadOnly);
            }
            catch (SqliteException)
            {
                _copy = Copy();
                return Open(Path.Combine(_copy, Path.GetFileName(path)), SqliteOpenMode.ReadWrite);
            }
        }
    }

    /// <summary>Deletes the copy.</summary>
    public void Close()
    {
        if (_copy is not null)
        {
            Directory.Delete(_copy, recursive: true);
            _copy = null;
        }
    }

    private static SqliteConnection Open(string source, SqliteOpenMode mode)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();
            // The first question opens the log.
            _ = connection.QueryInt64("SELECT COUNT(*) FROM sqlite_schema;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private bool HasLog() => new FileInfo(path + "-wal") is { Exists: true, Length: > 0 };

    private string Copy()
    {
        string folder = Directory.CreateTempSubdirectory("backflow-store-").FullName;
        try
        {
            foreach (string ending in (string[])["", "-wal"])
            {
                File.Copy(path + ending, Path.Combine(folder, Path.GetFileName(path) + ending));
            }

            return folder;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Directory.Delete(folder, recursive: true);
            throw new RunStoreException(
                $"{path} could not be copied to be read ({failure.Message}); free some space in {Path.GetTempPath()}.",
                failure);
        }
    }
}
