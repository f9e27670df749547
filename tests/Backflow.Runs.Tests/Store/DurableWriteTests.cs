using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Tests.Store;

/// <summary>A durable write moves the log into the file where it can, and leaves it to the next one else.</summary>
public sealed class DurableWriteTests
{
    // Waiting for the reader would take longer than a test may take.
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromHours(5);

    [Fact]
    public async Task Write_ReaderThatHoldsASnapshot_IsNotWaitedFor()
    {
        using TemporaryFolder folder = new();
        folder.Open().Dispose();
        StoreDatabase database = new(folder.StorePath, BusyTimeout);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using (SqliteConnection reader = new($"Data Source={folder.StorePath};Pooling=False"))
        {
            await reader.OpenAsync(cancellation);
            reader.Execute("BEGIN DEFERRED;");
            Assert.Equal(0L, reader.QueryInt64("SELECT COUNT(*) FROM run_counter;"));
            Task added = Task.Run(() => Add(database, "first"), cancellation);
            await added.WaitAsync(TimeSpan.FromMinutes(10), cancellation);
            Assert.Equal(0L, reader.QueryInt64("SELECT COUNT(*) FROM run_counter;"));
        }

        Add(database, "second");
        database.Close();
        Assert.Equal(2L, folder.Sql("SELECT COUNT(*) FROM run_counter;"));
    }

    private static void Add(StoreDatabase database, string prefix) => database.Write(
        connection => connection.Execute("INSERT INTO run_counter VALUES ($prefix, 1);", ("$prefix", prefix)),
        durable: true);
}
