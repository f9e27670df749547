using System.Collections.Immutable;
using Backflow.Runs.Manifest;
using Backflow.Runs.Store;
using Backflow.Tensors;

namespace Backflow.Runs.Checkpoints;

/// <summary>
/// Keeps the checkpoints of all runs of a store: one safetensors file each, with its checksum in the store.
/// </summary>
/// <remarks>
/// A checkpoint is there completely or not at all, whenever the process or the machine dies: the file is on the disk
/// under its final name before the store knows of it, and what the store does not know is removed when the run goes on.
/// </remarks>
public sealed class CheckpointStore
{
    private readonly StoreDatabase _database;
    private readonly TimeProvider _clock;

    internal CheckpointStore(StoreDatabase database, TimeProvider clock)
    {
        _database = database;
        _clock = clock;
        Folder = CheckpointFolder.OfStore(database.Path);
    }

    /// <summary>The folder that has a folder per run: backflow-checkpoints beside backflow.db.</summary>
    public string Folder { get; }

    /// <summary>Stands between the content and the file; lets a test be a full disk.</summary>
    internal Func<Stream, Stream>? Interpose { get; set; }

    /// <summary>What files are forced to; lets a test see in which order.</summary>
    internal Disk Disk { get; set; } = Disk.Real;

    /// <summary>Saves a checkpoint, and then removes those that are neither among the newest nor pinned.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="step">The step after which it is taken, at least 0. Flush the recorder first.</param>
    /// <param name="tensors">Everything that training needs to go on.</param>
    /// <param name="metadata">Text about them; null for none.</param>
    /// <param name="keepNewest">How many of the newest are kept, at least 1.</param>
    /// <returns>The checkpoint, which survives the loss of power from now on.</returns>
    /// <exception cref="RunStoreException">It could not be written; earlier ones are as they were.</exception>
    public Checkpoint Save(
        string runId,
        long step,
        IEnumerable<Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null,
        int keepNewest = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(keepNewest);
        long runKey = _database.Read(connection => RunTable.Key(connection, runId));
        string folder = CheckpointFolder.OfRun(Folder, runId);
        string? name = null;
        try
        {
            OwnerOnly.CreateFolder(folder);
            name = CheckpointName.Free(folder, step);
            WrittenFile file = WrittenFile.Write(
                folder, name, stream => SafetensorsFile.Write(stream, tensors, metadata), Interpose, Disk);
            _database.Write(
                connection =>
                {
                    CheckpointTable.Add(connection, runKey, step, name, file, _clock.GetUtcNow());
                    CheckpointTable.Prune(connection, runKey, keepNewest);
                },
                durable: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or RunStoreException)
        {
            throw NotWritten(runId, step, folder, name, failure);
        }

        ImmutableArray<Checkpoint> checkpoints = RemoveUnknownFiles(runId);
        return checkpoints.First(checkpoint => checkpoint.Step == step);
    }

    /// <summary>The checkpoints of a run.</summary>
    /// <param name="runId">The run.</param>
    /// <returns>Newest first; the files are not looked at.</returns>
    public ImmutableArray<Checkpoint> List(string runId) => _database.Read(connection => CheckpointTable.List(
        connection, RunTable.Key(connection, runId), runId, CheckpointFolder.OfRun(Folder, runId)));

    /// <summary>
    /// Keeps a checkpoint for as long as it has the label; a label belongs to one checkpoint of a run.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="step">The step of the checkpoint.</param>
    /// <param name="label">The label, such as best.</param>
    /// <exception cref="RunStoreException">The run has no checkpoint of that step.</exception>
    public void Pin(string runId, long step, string label)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        _ = Find(runId, step);
        _database.Write(connection => CheckpointTable.Pin(connection, RunTable.Key(connection, runId), step, label));
    }

    /// <summary>Loads the newest checkpoint of a run that is there.</summary>
    /// <remarks>
    /// Where the store lost the newest entries, as with its write-ahead log, the files beside it are looked through.
    /// </remarks>
    /// <param name="runId">The run.</param>
    /// <returns>The checkpoint, verified.</returns>
    /// <exception cref="RunFormatException">
    /// Its file is damaged; the message names an older one that is not.
    /// </exception>
    /// <exception cref="RunStoreException">The run has none, or the file cannot be read.</exception>
    public LoadedCheckpoint LoadLatest(string runId)
    {
        ImmutableArray<Checkpoint> checkpoints = List(runId);
        if (CheckpointFolder.Newer(CheckpointFolder.OfRun(Folder, runId), runId, checkpoints).FirstOrDefault()
            is LoadedCheckpoint unknown)
        {
            return unknown;
        }

        return checkpoints.IsEmpty
            ? throw new RunStoreException($"Run {runId} has no checkpoint to go on from; train a new run.")
            {
                WayOut = new WayOut(WayOutKind.Train, runId),
            }
            : Load(checkpoints.FirstOrDefault(static one => File.Exists(one.Path)) ?? checkpoints[0], checkpoints);
    }

    /// <summary>Loads the checkpoint of a step.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="step">The step of a checkpoint that the run has.</param>
    /// <returns>The checkpoint, verified.</returns>
    /// <exception cref="RunFormatException">
    /// Its file is damaged; the message names an older one that is not.
    /// </exception>
    /// <exception cref="RunStoreException">The run has none of that step, or the file cannot be read.</exception>
    public LoadedCheckpoint Load(string runId, long step) => Load(Find(runId, step), List(runId));

    /// <summary>Enters the checkpoints of a run that lie in its folder and that the store does not know.</summary>
    /// <returns>The newest step that was entered; null for none.</returns>
    internal long? AdoptUnknown(string runId)
    {
        ImmutableArray<Checkpoint> found =
        [
            .. CheckpointFolder.Newer(CheckpointFolder.OfRun(Folder, runId), runId, List(runId))
                .Select(static loaded => loaded.Checkpoint),
        ];
        if (found.IsEmpty)
        {
            return null;
        }

        _database.Write(connection =>
        {
            long runKey = RunTable.Key(connection, runId);
            foreach (Checkpoint one in found)
            {
                CheckpointTable.Add(
                    connection,
                    runKey,
                    one.Step,
                    Path.GetFileName(one.Path),
                    new WrittenFile(one.Bytes, one.Sha256),
                    one.Created);
            }
        });
        return found[0].Step;
    }

    /// <summary>Removes the files of every later step. Before their entries go: what is left of a rewind that was
    /// killed must not look like a newer checkpoint.</summary>
    internal void RemoveFilesAfter(string runId, long step)
    {
        try
        {
            CheckpointFolder.RemoveAfter(CheckpointFolder.OfRun(Folder, runId), step);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotRemoved(runId, failure);
        }
    }

    /// <summary>Removes what a killed process or a pruning left in the folder of a run.</summary>
    internal ImmutableArray<Checkpoint> RemoveUnknownFiles(string runId)
    {
        ImmutableArray<Checkpoint> checkpoints = List(runId);
        try
        {
            CheckpointFolder.RemoveUnknown(
                CheckpointFolder.OfRun(Folder, runId), checkpoints.Select(checkpoint => checkpoint.Path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotRemoved(runId, failure);
        }

        return checkpoints;
    }

    internal void DeleteFolder(string runId) => CheckpointFolder.Delete(CheckpointFolder.OfRun(Folder, runId));

    private static LoadedCheckpoint Load(Checkpoint checkpoint, ImmutableArray<Checkpoint> all)
    {
        try
        {
            return new LoadedCheckpoint(checkpoint, CheckpointReader.Read(checkpoint));
        }
        catch (RunFormatException failure)
        {
            Checkpoint? older = all.FirstOrDefault(
                other => other.Step < checkpoint.Step && CheckpointReader.IsIntact(other));
            throw new RunFormatException(
                failure.Message + (older is null
                    ? " No older checkpoint is intact; put back a copy, or train a new run."
                    : $" The checkpoint of step {older.Step} is intact: go on from there."),
                failure)
            {
                WayOut = older is null
                    ? new WayOut(WayOutKind.Train, checkpoint.RunId)
                    : new WayOut(WayOutKind.Resume, checkpoint.RunId, older.Step),
            };
        }
    }

    private Checkpoint Find(string runId, long step)
    {
        ImmutableArray<Checkpoint> checkpoints = List(runId);
        return checkpoints.FirstOrDefault(checkpoint => checkpoint.Step == step)
            ?? throw new RunStoreException(checkpoints.IsEmpty
                ? $"Run {runId} has no checkpoint."
                : $"Run {runId} has no checkpoint of step {step}; it has those of "
                    + $"{string.Join(", ", checkpoints.Select(checkpoint => checkpoint.Step))}.");
    }

    private RunStoreException NotRemoved(string runId, Exception failure) => new(
        $"A left-over checkpoint of run {runId} could not be deleted ({failure.Message}); make "
        + $"{CheckpointFolder.OfRun(Folder, runId)} yours to write.",
        failure);

    private RunStoreException NotWritten(string runId, long step, string folder, string? name, Exception failure)
    {
        if (name is not null)
        {
            // Moved to its place and refused by the store: without a row it belongs to no run.
            File.Delete(Path.Combine(folder, name));
        }

        Checkpoint? newest = List(runId).FirstOrDefault();
        return new RunStoreException(
            $"The checkpoint of run {runId} at step {step} could not be written ({failure.Message}); "
            + (newest is null
                ? $"there is no earlier one. Free some space in {folder}, then train a new run."
                : $"the one of step {newest.Step} is intact. Free some space in {folder}, then go on with the run."),
            failure)
        {
            WayOut = newest is null ? new WayOut(WayOutKind.Train, runId) : new WayOut(WayOutKind.Resume, runId),
        };
    }
}
