using Backflow.Runs.Manifest;

namespace Backflow.Runs.Checkpoints;

/// <summary>The folder of one run's checkpoints.</summary>
internal static class CheckpointFolder
{
    /// <summary>The folder of all runs of a store: beside the file, and named after it.</summary>
    /// <remarks>
    /// Two stores may share a folder and have runs of the same id: named after the store, neither deletes the other's
    /// files.
    /// </remarks>
    public static string OfStore(string storePath) =>
        Path.Combine(Path.GetDirectoryName(storePath)!, Path.GetFileNameWithoutExtension(storePath) + "-checkpoints");

    /// <summary>The folder of a run.</summary>
    /// <exception cref="RunFormatException">The id could lead out of the folder of the store.</exception>
    public static string OfRun(string storeFolder, string runId) => RunId.IsValid(runId)
        ? Path.Combine(storeFolder, runId)
        : throw new RunFormatException(
            $"'{runId}' is not the id of a run; ids have a to z, 0 to 9 and hyphens, first no hyphen, at most 63.");

    /// <summary>
    /// Deletes the files of ours that the store does not know: what a killed process or a pruning left.
    /// </summary>
    /// <param name="folder">The folder of a run.</param>
    /// <param name="known">The paths that the store knows.</param>
    public static void RemoveUnknown(string folder, IEnumerable<string> known)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        HashSet<string> kept = [.. known];
        foreach (string path in Directory.GetFiles(folder))
        {
            if (!kept.Contains(path) && CheckpointName.IsOurs(Path.GetFileName(path)))
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Checkpoints that the store does not know and that are newer than those it does, newest first.</summary>
    /// <remarks>
    /// They lie there after the store lost its write-ahead log, or after a process was killed between a file and its
    /// entry. What is under its final name was forced to the disk before it got it, so that it is whole; it is read
    /// nevertheless. What rewinding or pruning left is never newer.
    /// </remarks>
    /// <param name="folder">The folder of a run.</param>
    /// <param name="runId">The run.</param>
    /// <param name="known">The checkpoints that the store knows.</param>
    public static IEnumerable<LoadedCheckpoint> Newer(
        string folder, string runId, IReadOnlyCollection<Checkpoint> known)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        HashSet<string> names = [.. known.Select(static checkpoint => checkpoint.Path)];
        long newest = known.Where(static checkpoint => File.Exists(checkpoint.Path))
            .Select(static checkpoint => checkpoint.Step)
            .DefaultIfEmpty(-1)
            .Max();
        return Directory.GetFiles(folder)
            .Where(path => !names.Contains(path) && !CheckpointName.IsTemporary(path))
            .Select(path => (Path: path, Step: CheckpointName.StepOf(Path.GetFileName(path)) ?? -1))
            .Where(file => file.Step > newest)
            .OrderByDescending(static file => file.Step)
            .ThenByDescending(static file => file.Path.Length)
            .ThenByDescending(static file => file.Path, StringComparer.Ordinal)
            .DistinctBy(static file => file.Step)
            .Select(file => CheckpointReader.ReadUnknown(runId, file.Step, file.Path))
            .OfType<LoadedCheckpoint>();
    }

    /// <summary>Deletes the files of ours of every later step.</summary>
    public static void RemoveAfter(string folder, long step)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (string path in Directory.GetFiles(folder))
        {
            if (CheckpointName.StepOf(Path.GetFileName(path)) > step)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Deletes the folder and everything in it; a link is removed, and what it leads to stays.</summary>
    public static void Delete(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        try
        {
            bool isLink = new DirectoryInfo(folder).LinkTarget is not null;
            Directory.Delete(folder, recursive: !isLink);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException(
                $"The checkpoints in {folder} could not be deleted ({failure.Message}); make them yours to delete, "
                + "then try again.",
                failure);
        }
    }
}
