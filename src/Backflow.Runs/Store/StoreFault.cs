using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Backflow.Runs.Store;

/// <summary>What a failure of SQLite means to the person who reads it.</summary>
internal static class StoreFault
{
    private static readonly WayOut OtherStore = new(WayOutKind.OtherStore);

    /// <summary>Turns a failure of SQLite into a sentence and a remedy.</summary>
    /// <param name="failure">What SQLite reported.</param>
    /// <param name="path">The file of the store.</param>
    public static RunStoreException Translate(SqliteException failure, string path) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => new RunStoreException(
            $"There is no space left for {path}; free some, then go on.", failure)
        {
            WayOut = new WayOut(WayOutKind.Resume),
        },
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new RunStoreException(
            $"Another process holds {path} locked; end it (it may be an open sqlite3 shell), then try again.", failure),
        raw.SQLITE_READONLY => new RunStoreException(
            $"{path} may not be written; give yourself write permission for it and its folder, or choose another "
            + "store.", failure)
        { WayOut = OtherStore },
        raw.SQLITE_CANTOPEN => new RunStoreException(
            $"{path} could not be opened; check that its folder exists and is yours, or choose another store.", failure)
        {
            WayOut = OtherStore,
        },
        raw.SQLITE_NOTADB => new RunFormatException(
            $"{path} is not a run store: it is not an SQLite database. Choose another store.", failure)
        {
            WayOut = OtherStore,
        },
        raw.SQLITE_CORRUPT => new RunFormatException(
            $"{path} is damaged ({failure.Message}); copy what can be read with 'sqlite3 FILE .recover', or put back "
            + "a copy.", failure),
        raw.SQLITE_IOERR => new RunStoreException(
            $"{path} could not be read or written ({failure.Message}); check the disk and its free space, then go on.",
            failure)
        { WayOut = new WayOut(WayOutKind.Resume) },
        _ => new RunStoreException($"{path}: {failure.Message}; please report this as a bug.", failure),
    };
}
