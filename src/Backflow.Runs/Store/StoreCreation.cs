using Backflow.Runs.Checkpoints;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Store;

/// <summary>Lays a store down in one step: a process that is killed meanwhile leaves no empty database.</summary>
internal static class StoreCreation
{
    /// <summary>Creates the store beside its place and moves it there, unless a file is there already.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="disk">What moves the file and forces its name.</param>
    /// <exception cref="RunStoreException">The file cannot be moved.</exception>
    public static void CreateWhereMissing(string path, Disk disk)
    {
        // A log without its database would be taken for the new one's; SQLite itself knows what to do with it.
        if (File.Exists(path) || File.Exists(path + "-wal"))
        {
            return;
        }

        string growing = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            // The log and its index take the permissions of the file, which it keeps when it is moved.
            OwnerOnly.Reserve(growing);
            string source = new SqliteConnectionStringBuilder { DataSource = growing, Pooling = false }.ToString();
            using (SqliteConnection connection = new(source))
            {
                connection.Open();
                StoreFormat.CreateOrVerify(connection, path);
            }

            disk.Move(growing, path, overwrite: false);
            _ = disk.FlushFolder(Path.GetDirectoryName(path)!);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException(
                $"{path} could not be created ({failure.Message}); choose another store.", failure)
            {
                WayOut = new WayOut(WayOutKind.OtherStore),
            };
        }
        finally
        {
            File.Delete(growing);
        }
    }
}
