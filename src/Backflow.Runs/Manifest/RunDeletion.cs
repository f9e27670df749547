using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Manifest;

/// <summary>Deletes the rows of a run.</summary>
internal static class RunDeletion
{
    /// <summary>Deletes a run from every table.</summary>
    public static void Delete(SqliteConnection connection, string id) =>
        // The columns first, as ranges: the cascade alone would visit them value by value.
        connection.Execute(
            """
            DELETE FROM scalar WHERE metric_key IN (SELECT metric_key FROM metric WHERE run_key = $run);
            DELETE FROM timestep_row WHERE metric_key IN (SELECT metric_key FROM metric WHERE run_key = $run);
            DELETE FROM run WHERE run_key = $run;
            """,
            ("$run", RunTable.Key(connection, id)));
}
