using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Tests;

/// <summary>A folder of one test, with a store in it where the test opens one.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("backflow-runs-").FullName;

    public string StorePath => Path.Combine(Folder, "backflow.db");

    public RunStore Open(TimeProvider? clock = null) => RunStore.Open(StorePath, clock);

    /// <summary>Does to the database what no method of the store does.</summary>
    public object? Sql(string text)
    {
        using SqliteConnection connection = new($"Data Source={StorePath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of tests.
        command.CommandText = text;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
