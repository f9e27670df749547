using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Store;

/// <summary>Commands in one line, for everything that is not a column.</summary>
internal static class ConnectionCommands
{
    /// <summary>Creates a command with named parameters.</summary>
    public static SqliteCommand Command(
        this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of ours; values travel as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    /// <summary>Runs a command.</summary>
    /// <returns>The number of rows that it changed.</returns>
    public static int Execute(
        this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = connection.Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first value of a query as a whole number, or null where there is none.</summary>
    public static long? QueryInt64(
        this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = connection.Command(sql, parameters);
        return command.ExecuteScalar() as long?;
    }
}
