using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Backflow.Runs.Tests.Store;

public sealed class StoreFaultTests
{
    [Theory]
    [InlineData(raw.SQLITE_FULL, "free some")]
    [InlineData(raw.SQLITE_BUSY, "try again")]
    [InlineData(raw.SQLITE_READONLY, "write permission")]
    [InlineData(raw.SQLITE_CANTOPEN, "check that its folder exists")]
    [InlineData(raw.SQLITE_IOERR, "free space")]
    [InlineData(raw.SQLITE_CORRUPT, "put back a copy")]
    [InlineData(raw.SQLITE_NOTADB, "choose another store")]
    public void Translate_FailureOfSqlite_NamesTheFileAndTheRemedy(int code, string remedy)
    {
        RunStoreException failure = StoreFault.Translate(new SqliteException("reason", code), "runs/backflow.db");
        Assert.Contains("runs/backflow.db", failure.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Write_DatabaseThatMayNotGrow_IsReportedAsAFullDisk()
    {
        using TemporaryFolder folder = new();
        folder.Open().Dispose();
        StoreDatabase database = new(folder.StorePath, TimeSpan.FromSeconds(1));
        RunStoreException failure = Assert.Throws<RunStoreException>(() => database.Write(connection =>
        {
            connection.Execute("PRAGMA max_page_count = 1;");
            connection.Execute("CREATE TABLE filler (data BLOB);");
            connection.Execute("INSERT INTO filler VALUES (zeroblob(1000000));");
        }));
        database.Close();
        Assert.StartsWith($"There is no space left for {folder.StorePath}", failure.Message, StringComparison.Ordinal);
    }
}
