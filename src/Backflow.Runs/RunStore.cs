using System.Collections.Immutable;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Notes;
using Backflow.Runs.Recording;
using Backflow.Runs.Requests;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs;

/// <summary>
/// A store of runs: one SQLite file, and a folder of checkpoints beside it. Safe to call from any thread.
/// </summary>
/// <remarks>
/// Many processes may read while one writes. Whatever was committed is there after the process is killed at any
/// instant; docs/run-format.md says what is promised. A method that is given the id of no run throws
/// <see cref="RunNotFoundException"/>, and every method <see cref="RunStoreException"/> when the file cannot be used.
/// </remarks>
public sealed class RunStore : IDisposable
{
    private static readonly TimeSpan DefaultBusyTimeout = TimeSpan.FromSeconds(10);

    private readonly StoreDatabase _database;
    private readonly TimeProvider _clock;
    private readonly RunLiveness _liveness;
    private readonly HashSet<string> _recording = [];

    private RunStore(StoreDatabase database, TimeProvider clock)
    {
        _database = database;
        _clock = clock;
        _liveness = new RunLiveness(database.Path, clock);
        Checkpoints = new CheckpointStore(database, clock);
        Requests = new RunRequests(database, clock, _liveness);
        Notes = new RunNotes(database, clock, _liveness);
    }

    /// <summary>How long the heartbeat of a silent process is waited for: two of them and a half.</summary>
    internal TimeSpan SignAwaited { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The file, as an absolute path.</summary>
    public string Path => _database.Path;

    /// <summary>Whether the store is awaited and not there yet.</summary>
    public bool IsMissing => _database.IsMissing;

    /// <summary>Whether runs can only be read at present: the disk is read-only or full, or the file is another
    /// user's.</summary>
    public bool IsReadOnly => _database.IsReadOnly;

    /// <summary>The checkpoints of the runs.</summary>
    public CheckpointStore Checkpoints { get; }

    /// <summary>What people ask of the runs that are trained.</summary>
    public RunRequests Requests { get; }

    /// <summary>What people write about the runs.</summary>
    public RunNotes Notes { get; }

    /// <summary>Opens a store, and creates it with its folder where there is none.</summary>
    /// <param name="path">The file, such as runs/backflow.db.</param>
    /// <param name="clock">What tells the time; null for the system's clock.</param>
    /// <returns>The store, which the caller disposes of.</returns>
    /// <exception cref="RunFormatException">The file is no store, or one of a newer version.</exception>
    /// <exception cref="RunStoreException">The file or its folder cannot be created or opened.</exception>
    public static RunStore Open(string path, TimeProvider? clock = null) =>
        Open(path, clock ?? TimeProvider.System, DefaultBusyTimeout);

    /// <summary>Opens a store that exists.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">What tells the time; null for the system's clock.</param>
    /// <returns>The store, which the caller disposes of.</returns>
    /// <exception cref="RunFormatException">The file is no store, or one of a newer version.</exception>
    /// <exception cref="RunStoreException">There is no such file, or it cannot be opened.</exception>
    public static RunStore OpenExisting(string path, TimeProvider? clock = null)
    {
        StoreDatabase database = new(System.IO.Path.GetFullPath(path), DefaultBusyTimeout);
        if (!File.Exists(database.Path))
        {
            throw new RunStoreException(
                $"There is no store at {path}; train a run into it, or choose another store.")
            {
                WayOut = new WayOut(WayOutKind.Train),
            };
        }

        StoreFolder.RequireNoPipe(database.Path);
        return database.Guard(() =>
        {
            database.TryToWrite();
            using SqliteConnection connection = database.Connect();
            StoreFormat.VerifyOrUpgrade(connection, path);
            return new RunStore(database, clock ?? TimeProvider.System);
        });
    }

    /// <summary>Opens a store, or awaits it where there is none: it is empty, until this process or another trains the
    /// first run. Looking at it creates nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">What tells the time; null for the system's clock.</param>
    /// <returns>The store, which the caller disposes of.</returns>
    /// <exception cref="RunFormatException">The file is no store, or one of a newer version.</exception>
    /// <exception cref="RunStoreException">What is there cannot be opened.</exception>
    public static RunStore OpenOrAwait(string path, TimeProvider? clock = null)
    {
        string full = System.IO.Path.GetFullPath(path);
        return System.IO.Path.Exists(full)
            ? OpenExisting(path, clock)
            : new RunStore(
                new StoreDatabase(full, DefaultBusyTimeout, isAwaited: true), clock ?? TimeProvider.System);
    }

    internal static RunStore Open(string path, TimeProvider clock, TimeSpan busyTimeout)
    {
        StoreDatabase database = new(System.IO.Path.GetFullPath(path), busyTimeout);
        StoreFolder.Create(System.IO.Path.GetDirectoryName(database.Path)!);
        StoreFolder.RequireNoPipe(database.Path);
        return database.Guard(() =>
        {
            StoreCreation.CreateWhereMissing(database.Path, Disk.Real);
            using SqliteConnection connection = database.Connect(create: true);
            StoreFormat.CreateOrVerify(connection, path);
            return new RunStore(database, clock);
        });
    }

    /// <summary>Whether a text can be the name of a run: 1 to 200 visible characters.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsName(string text) => RunNames.IsName(text);

    /// <summary>Adds a run that this process is about to train.</summary>
    /// <param name="description">What is known before the first step.</param>
    /// <returns>The run, with its new id.</returns>
    /// <exception cref="ArgumentException">The prefix is no prefix of ids.</exception>
    /// <exception cref="RunStoreException">The name belongs to another run.</exception>
    public RunManifest CreateRun(RunDescription description)
    {
        if (!RunId.IsValidPrefix(description.Prefix))
        {
            throw new ArgumentException(
                $"'{description.Prefix}' cannot begin the id of a run; allowed are a to z, 0 to 9 and hyphens, first "
                + "no hyphen, at most 50.",
                nameof(description));
        }

        if (description.BelongsTo is string group && !RunId.IsValid(group))
        {
            throw new ArgumentException(
                $"'{group}' cannot be what a run belongs to; allowed are the id of a run, or a word that could be one.",
                nameof(description));
        }

        _database.CreateWhereAwaited();
        return _database.Write(connection =>
        {
            DateTimeOffset now = _clock.GetUtcNow();
            if (description.Name is string name)
            {
                RunNames.RequireFree(connection, name);
            }

            string id;
            do
            {
                id = RunTable.NextId(connection, description.Prefix);
            }

            // A folder of that name has the checkpoints of a store that was deleted: they are left as they are.
            while (Directory.Exists(CheckpointFolder.OfRun(Checkpoints.Folder, id)));

            // The lock first: a process that sees the run sees that it is trained.
            _ = _liveness.Take(id);
            RunTable.Insert(connection, id, description, now);
            return RunTable.Get(connection, id, _liveness);
        });
    }

    /// <summary>Every run, newest first.</summary>
    /// <returns>The runs as they stand.</returns>
    public ImmutableArray<RunManifest> ListRuns() =>
        _database.Read(connection => RunTable.List(connection, _liveness));

    /// <summary>Every run with what a list shows of it, newest first.</summary>
    /// <param name="scalarMetrics">The scalar metrics whose newest values are wanted.</param>
    /// <returns>The runs as they stand.</returns>
    public ImmutableArray<RunOverview> ListOverviews(ImmutableArray<string> scalarMetrics) =>
        _database.Read(connection => OverviewTable.List(connection, scalarMetrics, _liveness));

    /// <summary>One run with what a list shows of it.</summary>
    /// <param name="runId">The id in full.</param>
    /// <param name="scalarMetrics">The scalar metrics whose newest values are wanted.</param>
    /// <returns>The run as it stands.</returns>
    public RunOverview GetOverview(string runId, ImmutableArray<string> scalarMetrics) =>
        _database.Read(connection => OverviewTable.Get(connection, runId, scalarMetrics, _liveness));

    /// <summary>Watches whether any process changes the store.</summary>
    /// <returns>A watch, which the caller disposes of before the store.</returns>
    public StoreWatch Watch() => new(_database);

    /// <summary>The run that a person means by a word.</summary>
    /// <param name="word">An id, a name, or the beginning of exactly one run's id or name.</param>
    /// <returns>The run as it stands.</returns>
    /// <exception cref="RunNotFoundException">
    /// No run goes by the word, or several do; the message lists the nearest.
    /// </exception>
    public RunManifest FindRun(string word)
    {
        ArgumentException.ThrowIfNullOrEmpty(word);
        return _database.Read(connection =>
            RunTable.Get(connection, RunLookup.Resolve(connection, word), _liveness));
    }

    /// <summary>The run that a person wants changed: resumed, renamed, deleted.</summary>
    /// <param name="word">A whole id or a whole name; a beginning is for looking alone.</param>
    /// <returns>The run as it stands.</returns>
    /// <exception cref="RunNotFoundException">No run is called so; the message lists the nearest.</exception>
    public RunManifest FindRunInFull(string word)
    {
        ArgumentException.ThrowIfNullOrEmpty(word);
        return _database.Read(connection =>
            RunTable.Get(connection, RunLookup.ResolveInFull(connection, word), _liveness));
    }

    /// <summary>The run with an id.</summary>
    /// <param name="runId">The id in full.</param>
    /// <returns>The run as it stands.</returns>
    public RunManifest GetRun(string runId) =>
        _database.Read(connection => RunTable.Get(connection, runId, _liveness));

    /// <summary>Gives a run another name.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="name">The name, of visible characters, that no other run has as its name or id.</param>
    /// <exception cref="RunStoreException">The name is empty or belongs to another run.</exception>
    public void Rename(string runId, string name) => _database.Write(connection =>
    {
        RunNames.RequireFree(connection, name, runId);
        RunTable.Update(connection, runId, _clock.GetUtcNow(), "name = $value", name);
    });

    /// <summary>Says whether lists show a run first.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="isPinned">Whether they do.</param>
    public void SetPinned(string runId, bool isPinned) => _database.Write(connection =>
        RunTable.Update(connection, runId, _clock.GetUtcNow(), "pinned = $value", isPinned ? 1L : 0L));

    /// <summary>Says how a run ended.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="status">Any status but running.</param>
    /// <param name="trainingLoss">The training loss at the end; null where there is none.</param>
    /// <param name="validationLoss">The validation loss at the end; null where there is none.</param>
    public void Finish(
        string runId, RunStatus status, double? trainingLoss = null, double? validationLoss = null)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(status, RunStatus.Running);
        // Durable: a person who reads "completed" may unplug the machine.
        _database.Write(
            connection =>
            {
                DateTimeOffset now = _clock.GetUtcNow();
                RunTable.Update(connection, runId, now, "status = $value", RunTable.StatusText(status));
                RunTable.Update(
                    connection, runId, now, "final_training_loss = $value", StoredNumber.ToColumn(trainingLoss));
                RunTable.Update(
                    connection, runId, now, "final_validation_loss = $value", StoredNumber.ToColumn(validationLoss));
            },
            durable: true);
        _liveness.Release(runId);
    }

    /// <summary>Deletes a run: its columns and its checkpoints.</summary>
    /// <param name="runId">The id in full.</param>
    /// <exception cref="RunStoreException">A living process trains the run, or a file could not be deleted.</exception>
    public void Delete(string runId)
    {
        if (_liveness.Holds(runId) && GetRun(runId).Status == RunStatus.Running)
        {
            throw new RunStoreException(
                $"Run {runId} is being trained by this process; finish it before deleting it.");
        }

        RequireSilence(runId, WayOutKind.Delete);
        if (!_database.IsFull)
        {
            _database.RequireWritable();
        }

        bool wasHeld = _liveness.Holds(runId);
        try
        {
            if (!_liveness.TakeForDeletion(runId))
            {
                throw _database.Read(connection => RunClaim.TrainedElsewhere(
                    connection, runId, WayOutKind.Delete));
            }

            // The files first: on a full disk they are the space in which the rows can be deleted. When they cannot be
            // deleted, or the process dies, the run is still listed and can be deleted again.
            Checkpoints.DeleteFolder(runId);
            _database.Write(connection => RunDeletion.Delete(connection, runId));
        }
        catch when (!wasHeld)
        {
            _liveness.Release(runId);
            throw;
        }

        _liveness.Remove(runId);
        _database.GiveSpaceBack();
    }

    /// <summary>
    /// Removes everything of a run after a step, checkpoints included, so that the steps can be repeated.
    /// </summary>
    /// <param name="runId">The id.</param>
    /// <param name="step">The newest step that stays.</param>
    public void DiscardAfter(string runId, long step)
    {
        Checkpoints.RemoveFilesAfter(runId, step);
        _database.Write(connection => RunRewind.DiscardAfter(connection, runId, step, _clock.GetUtcNow()));
        Checkpoints.RemoveUnknownFiles(runId);
    }

    /// <summary>Reads what a run recorded.</summary>
    /// <param name="runId">The id.</param>
    /// <returns>A reader, which holds nothing open.</returns>
    public RunReader OpenReader(string runId)
    {
        _ = GetRun(runId);
        return new RunReader(_database, runId, _liveness);
    }

    /// <summary>Makes this process the one that trains a run, and records it.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="options">How much is held back; null for the defaults.</param>
    /// <returns>The recorder, which the caller disposes of before the store.</returns>
    /// <exception cref="RunStoreException">Another living process trains the run.</exception>
    public RunRecorder OpenRecorder(string runId, RecorderOptions? options = null) =>
        OpenRecorder(runId, options ?? new RecorderOptions(), beforeBatch: null);

    /// <summary>Opens the finished parts of a long computation, which lie beside the store.</summary>
    /// <param name="name">Of the computation: a to z, 0 to 9 and hyphens.</param>
    /// <param name="isFresh">Whether to forget those that are there.</param>
    /// <returns>The journal, which the caller disposes of.</returns>
    public PartJournal OpenParts(string name, bool isFresh) => PartJournal.Open(_database.Path, name, isFresh);

    internal RunRecorder OpenRecorder(string runId, RecorderOptions options, Action? beforeBatch)
    {
        lock (_recording)
        {
            if (_recording.Contains(runId))
            {
                throw new InvalidOperationException($"Run {runId} already has a recorder; dispose of it first.");
            }

            _database.Guard(() =>
            {
                _database.RequireWritable();
                return true;
            });
            RequireSilence(runId, WayOutKind.Resume);
            bool wasHeld = _liveness.Holds(runId);
            try
            {
                if (!_liveness.Take(runId))
                {
                    throw _database.Read(connection => RunClaim.TrainedElsewhere(
                        connection, runId, WayOutKind.Resume));
                }

                // Durable: from here on the file itself knows the run, whatever becomes of its write-ahead log.
                long runKey = _database.Write(
                    connection => RunClaim.Take(connection, runId, _clock.GetUtcNow()), durable: true);
                long? adopted = Checkpoints.AdoptUnknown(runId);
                Checkpoints.RemoveUnknownFiles(runId);
                RunRecorder recorder = new(this, _database, runId, runKey, options, _clock, beforeBatch);
                _recording.Add(runId);
                SayWhatWasLost(recorder, adopted);
                return recorder;
            }
            catch when (!wasHeld)
            {
                _liveness.Release(runId);
                throw;
            }
        }
    }

    private void SayWhatWasLost(RunRecorder recorder, long? adopted)
    {
        long recorded = GetRun(recorder.RunId).LastStep ?? 0;
        if (adopted > recorded)
        {
            recorder.Event(
                adopted.Value,
                RunEventLevel.Warning,
                "Values were lost",
                $"The store lost what it had of steps {recorded + 1} to {adopted}, as when its write-ahead log is "
                + "deleted; the checkpoint was found in its folder.");
        }
    }

    /// <summary>Throws when a living process trains a run, other than through this store.</summary>
    /// <remarks>
    /// Where only heartbeats tell, as over a shared folder, an old one may be that of a clock that differs: the next
    /// one is waited for.
    /// </remarks>
    private void RequireSilence(string runId, WayOutKind wayOut)
    {
        if (_liveness.Holds(runId))
        {
            return;
        }

        bool isTrained = GetRun(runId).Status == RunStatus.Running;
        if (!isTrained && _liveness.RestsOnHeartbeats(runId)
            && _database.Read(connection => RunClaim.HeartbeatMs(connection, runId)) is long known)
        {
            long end = Environment.TickCount64 + (long)SignAwaited.TotalMilliseconds;
            while (!isTrained && Environment.TickCount64 < end)
            {
                Thread.Sleep(SignAwaited / 20);
                isTrained = _database.Read(connection => RunClaim.HeartbeatMs(connection, runId)) is long now
                    && now != known;
            }
        }

        if (isTrained)
        {
            throw _database.Read(connection => RunClaim.TrainedElsewhere(connection, runId, wayOut));
        }
    }

    internal void InterruptIfRunning(string runId) => _database.Write(connection => connection.Execute(
        "UPDATE run SET status = $interrupted, updated_ms = $now WHERE id = $id AND status = $running;",
        ("$interrupted", RunTable.StatusText(RunStatus.Interrupted)),
        ("$now", _clock.GetUtcNow().ToUnixTimeMilliseconds()),
        ("$id", runId),
        ("$running", RunTable.StatusText(RunStatus.Running))));

    internal void Release(string runId)
    {
        lock (_recording)
        {
            _recording.Remove(runId);
            _liveness.Release(runId);
        }
    }

    /// <summary>Closes the file. Recorders are disposed of before.</summary>
    public void Dispose()
    {
        _liveness.Dispose();
        _database.Close();
    }
}
