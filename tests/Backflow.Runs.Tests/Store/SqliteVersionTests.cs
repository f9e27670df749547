using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Tests.Store;

/// <summary>The native library that the packages bring.</summary>
/// <remarks>
/// 3.51.3 fixes the WAL-reset bug: of two connections that checkpoint or write at the same instant, one could leave the
/// file malformed. A store is used that way: training writes while a dashboard reads.
/// </remarks>
public sealed class SqliteVersionTests(ITestOutputHelper output)
{
    private static readonly Version Oldest = new(3, 51, 3);

    [Fact]
    public void Library_HasEveryPublishedFixOfTheWriteAheadLog()
    {
        using SqliteConnection connection = new("Data Source=:memory:");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT sqlite_version();";
        string version = (string)command.ExecuteScalar()!;
        output.WriteLine($"SQLite {version}");

        Assert.True(Version.Parse(version) >= Oldest, $"SQLite {version} is older than {Oldest}.");
    }
}
