using System.Collections.Immutable;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Columns;

/// <summary>Reads samples and events: what has a text and comes now and then.</summary>
internal static class JournalTables
{
    /// <summary>Samples with keys above one, in the order in which they came.</summary>
    public static ImmutableArray<RunSample> Samples(
        SqliteConnection connection, long runKey, StepRange range, long afterKey, int limit)
    {
        using Statement statement = new(
            connection,
            """
            SELECT sample_key, step, created_ms, text FROM sample
            WHERE run_key = ? AND step BETWEEN ? AND ? AND sample_key > ? ORDER BY sample_key LIMIT ?;
            """);
        statement.Bind(1, runKey).Bind(2, range.First).Bind(3, range.Last).Bind(4, afterKey).Bind(5, limit);
        ImmutableArray<RunSample>.Builder samples = ImmutableArray.CreateBuilder<RunSample>();
        while (statement.Step())
        {
            samples.Add(new RunSample(statement.Int64(0), statement.Int64(1), Time(statement, 2), statement.Text(3)));
        }

        return samples.ToImmutable();
    }

    /// <summary>Events with keys above one, in the order in which they came.</summary>
    public static ImmutableArray<RunEvent> Events(
        SqliteConnection connection, long runKey, StepRange range, long afterKey, int limit)
    {
        using Statement statement = new(
            connection,
            """
            SELECT event_key, step, created_ms, level, title, text, payload_json FROM event
            WHERE run_key = ? AND step BETWEEN ? AND ? AND event_key > ? ORDER BY event_key LIMIT ?;
            """);
        statement.Bind(1, runKey).Bind(2, range.First).Bind(3, range.Last).Bind(4, afterKey).Bind(5, limit);
        ImmutableArray<RunEvent>.Builder events = ImmutableArray.CreateBuilder<RunEvent>();
        while (statement.Step())
        {
            events.Add(new RunEvent(
                statement.Int64(0),
                statement.Int64(1),
                Time(statement, 2),
                Enum.Parse<RunEventLevel>(statement.Text(3), ignoreCase: true),
                statement.Text(4),
                statement.Text(5),
                statement.IsNull(6) ? null : statement.Text(6)));
        }

        return events.ToImmutable();
    }

    /// <summary>The key of a run's newest sample, or 0.</summary>
    public static long NewestSample(SqliteConnection connection, long runKey) =>
        connection.QueryInt64("SELECT MAX(sample_key) FROM sample WHERE run_key = $run;", ("$run", runKey)) ?? 0;

    /// <summary>The key of a run's newest event, or 0.</summary>
    public static long NewestEvent(SqliteConnection connection, long runKey) =>
        connection.QueryInt64("SELECT MAX(event_key) FROM event WHERE run_key = $run;", ("$run", runKey)) ?? 0;

    private static DateTimeOffset Time(Statement statement, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(statement.Int64(column));
}
