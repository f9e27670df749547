using System.Collections.Immutable;
using Backflow.Runs.Manifest;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Requests;

/// <summary>What people ask of the runs that are trained, by any process, and what became of it.</summary>
/// <remarks>
/// A request waits in the store until the process that trains the run takes it. One that was not taken is forgotten
/// when the run is trained again: it was meant for a process that is gone.
/// </remarks>
public sealed class RunRequests
{
    /// <summary>The most requests of a run that may wait to be taken.</summary>
    public const int MostWaiting = 100;

    private readonly StoreDatabase _database;
    private readonly TimeProvider _clock;
    private readonly RunLiveness _liveness;

    internal RunRequests(StoreDatabase database, TimeProvider clock, RunLiveness liveness)
    {
        _database = database;
        _clock = clock;
        _liveness = liveness;
    }

    /// <summary>Asks something of a run that is trained.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="kind">What is asked for.</param>
    /// <param name="value">The learning rate, above 0; null for every other kind.</param>
    /// <exception cref="RunStoreException">The run is not trained now, or too many requests wait already.</exception>
    public void Ask(string runId, RunRequestKind kind, double? value = null) => _database.Write(connection =>
    {
        RunManifest run = RunTable.Get(connection, runId, _liveness);
        if (run.Status != RunStatus.Running)
        {
            throw new RunStoreException($"Run {runId} is not being trained now; go on with it first.")
            {
                WayOut = new WayOut(WayOutKind.Resume, runId),
            };
        }

        long runKey = RunTable.Key(connection, runId);
        if (connection.QueryInt64(
            "SELECT COUNT(*) FROM request WHERE run_key = $run AND step IS NULL;", ("$run", runKey)) >= MostWaiting)
        {
            throw new RunStoreException(
                $"{MostWaiting} requests wait for run {runId} already; its process takes them after its next step.");
        }

        return connection.Execute(
            "INSERT INTO request (run_key, created_ms, kind, value) VALUES ($run, $now, $kind, $value);",
            ("$run", runKey),
            ("$now", _clock.GetUtcNow().ToUnixTimeMilliseconds()),
            ("$kind", TextOf(kind)),
            ("$value", StoredNumber.ToColumn(value)));
    });

    /// <summary>Takes what waits, for the process that trains the run.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="step">The step after which it is done.</param>
    /// <returns>The requests, oldest first.</returns>
    public ImmutableArray<RunRequest> Take(string runId, long step)
    {
        const string Waiting = "step IS NULL";
        ImmutableArray<RunRequest> seen = _database.Read(connection => Read(connection, runId, Waiting));

        // Writing is for when there is something to write: this is asked several times a second.
        return seen.IsEmpty ? seen : _database.Write(connection =>
        {
            ImmutableArray<RunRequest> taken = Read(connection, runId, Waiting);
            connection.Execute(
                "UPDATE request SET step = $step WHERE step IS NULL AND run_key = $run;",
                ("$step", step),
                ("$run", RunTable.Key(connection, runId)));
            return taken;
        });
    }

    /// <summary>The learning rates that were asked for and taken, by rising step.</summary>
    /// <param name="runId">The id.</param>
    /// <returns>Each with the step after which it held.</returns>
    public ImmutableArray<RunRequest> Taken(string runId) => _database.Read(connection =>
        Read(connection, runId, $"step IS NOT NULL AND kind = '{TextOf(RunRequestKind.LearningRate)}'"));

    /// <summary>Forgets what was taken after a step.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="step">The newest step whose requests stay.</param>
    public void ForgetAfter(string runId, long step) => _database.Write(connection => connection.Execute(
        "DELETE FROM request WHERE step > $step AND run_key = $run;",
        ("$step", step),
        ("$run", RunTable.Key(connection, runId))));

    /// <summary>Says whether a run's process waits.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="isPaused">Whether it does.</param>
    public void SetPaused(string runId, bool isPaused) => _database.Write(connection =>
        RunTable.Update(connection, runId, _clock.GetUtcNow(), "paused = $value", isPaused ? 1L : 0L));

    /// <summary>The kind that a word names.</summary>
    /// <param name="text">A word of the store.</param>
    /// <returns>The kind; null where there is none.</returns>
    public static RunRequestKind? KindOf(string text) =>
        Enum.GetValues<RunRequestKind>().Where(kind => TextOf(kind) == text).Cast<RunRequestKind?>().FirstOrDefault();

    /// <summary>The kind as the store spells it.</summary>
    /// <param name="kind">Any kind.</param>
    /// <returns>A word.</returns>
    public static string TextOf(RunRequestKind kind) => kind switch
    {
        RunRequestKind.Pause => "pause",
        RunRequestKind.Continue => "continue",
        RunRequestKind.Stop => "stop",
        RunRequestKind.LearningRate => "learning-rate",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind."),
    };

    private static ImmutableArray<RunRequest> Read(SqliteConnection connection, string runId, string condition)
    {
        using SqliteCommand command = connection.Command(
            $"SELECT kind, value, step FROM request WHERE run_key = $run AND {condition} ORDER BY step, request_key;",
            ("$run", RunTable.Key(connection, runId)));
        using SqliteDataReader reader = command.ExecuteReader();
        ImmutableArray<RunRequest>.Builder requests = ImmutableArray.CreateBuilder<RunRequest>();
        while (reader.Read())
        {
            // A kind of a later build is not for this one.
            if (KindOf(reader.GetString(0)) is RunRequestKind kind)
            {
                requests.Add(new RunRequest(
                    kind, StoredNumber.FromColumn(reader["value"]), reader["step"] as long?));
            }
        }

        return requests.ToImmutable();
    }
}
