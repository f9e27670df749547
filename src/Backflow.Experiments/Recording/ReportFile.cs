using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Experiments.Recording;

/// <summary>A file for people, made of results that are known already.</summary>
public static class ReportFile
{
    /// <summary>What lets an export replace files that are no exports.</summary>
    internal const string Overwrite = nameof(Overwrite);

    private const string CheckpointFolders = "-checkpoints";

    private static readonly byte[] DatabaseMark = [.. "SQLite format 3\0"u8];
    private static readonly string[] StoreEndings = ["-wal", "-shm"];

    /// <summary>Writes files. One that cannot be written leaves what was there; the others are there.</summary>
    /// <param name="remedy">What helps where one cannot be written.</param>
    /// <param name="files">Paths and all that goes there; a folder that has gone meanwhile is made again.</param>
    /// <exception cref="ReportException">One or more cannot be written; the message names them.</exception>
    public static void Write(Sentence remedy, params ReadOnlySpan<(string Path, string Content)> files)
    {
        List<(string, Action<Stream>)> contents = [];
        foreach ((string path, string content) in files)
        {
            contents.Add((path, stream => WriteText(stream, content)));
        }

        WriteAll("The report", remedy, contents);
    }

    /// <summary>Writes a file of another format. Where it cannot be written, what was there stays.</summary>
    /// <param name="what">What is written, at the beginning of a sentence.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="isEarlier">Whether a file that is there is an earlier export, which is replaced; null to replace
    /// any file.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="ReportException">It cannot be written, or a file is there that is none of ours.</exception>
    public static void Export(string what, string path, Func<Stream, bool>? isEarlier, Action<Stream> write)
    {
        if (isEarlier is not null && IsOther(path, isEarlier))
        {
            throw new ReportException(
                $"{what} was not written to {path}: a file is there that is no earlier export.",
                $"Name another file, or give {Overwrite:setting} to replace it.");
        }

        WriteAll(what, "Free some space, or name another file.", [(path, write)]);
    }

    private static bool IsOther(string path, Func<Stream, bool> isEarlier)
    {
        try
        {
            // A device or a pipe has no length, and nothing in it is lost.
            if (new FileInfo(path) is not { Exists: true, Length: > 0 } || WhatItWouldReplace(path) is not null)
            {
                return false;
            }

            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return !isEarlier(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What cannot be read may be anything.
            return true;
        }
    }

    private static void WriteText(Stream stream, string content)
    {
        using StreamWriter file = new(stream, leaveOpen: true);
        file.Write(content);
    }

    private static void WriteAll(string what, Sentence remedy, List<(string Path, Action<Stream> Write)> files)
    {
        List<string> failed = [];
        string? reason = null;
        foreach ((string path, Action<Stream> write) in files)
        {
            if (WhatItWouldReplace(path) is string precious)
            {
                throw new ReportException(
                    $"{what} was not written to {path}: {precious} is there.", "Name another file.");
            }

            bool isNew = !Path.Exists(path);
            bool isWritten = false;
            try
            {
                string? why = ReasonNot(() => WriteOne(path, write));
                isWritten = why is null;
                if (why is not null)
                {
                    failed.Add(path);
                    reason ??= why;
                }
            }
            finally
            {
                // Also where its content turned out not to be one.
                _ = isNew && !isWritten ? ReasonNot(() => File.Delete(path)) : null;
            }
        }

        if (reason is not null)
        {
            throw new ReportException(
                $"{what} was not written to {string.Join(" and ", failed)}: {reason}.", remedy);
        }
    }

    /// <summary>Tries whether files can be made in a folder, which leaves it as it was.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <returns>What the system says against it; null for nothing.</returns>
    public static string? WhyClosed(string folder) => ReasonNot(() =>
    {
        string path = Path.Combine(folder, Path.GetRandomFileName());
        using FileStream file = new(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        file.WriteByte(0);
    });

    /// <summary>What no report may take the place of: a store of runs, or what lies beside one.</summary>
    private static string? WhatItWouldReplace(string path)
    {
        try
        {
            string full = Path.GetFullPath(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
            string of = StoreEndings.FirstOrDefault(
                ending => full.EndsWith(ending, StringComparison.Ordinal)) is string log ? full[..^log.Length] : full;
            return IsBelowCheckpoints(full) ? "a folder of checkpoints"
                : IsDatabase(of) ? "a database, such as a store of runs,"
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Writing it will say what is wrong.
            return null;
        }
    }

    private static bool IsBelowCheckpoints(string path) => Path.GetDirectoryName(path) is string folder
        && (folder.EndsWith(CheckpointFolders, StringComparison.Ordinal)
            || Path.GetDirectoryName(folder)?.EndsWith(CheckpointFolders, StringComparison.Ordinal) == true);

    private static bool IsDatabase(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            return false;
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] first = new byte[DatabaseMark.Length];
        return file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length
            && first.AsSpan().SequenceEqual(DatabaseMark);
    }

    private static void WriteOne(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string target = File.Exists(path)
            ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path
            : path;

        // A device or a pipe has no length: what goes there goes there at once. A link may name a file to be made.
        bool isNew = !Path.Exists(path) && new FileInfo(path).LinkTarget is null;
        if (!isNew && !(File.Exists(target) && new FileInfo(target).Length > 0))
        {
            Fill(target, write);
            return;
        }

        // Not under a name that holds the other: TensorBoard would read a part of an event file.
        string beside = Path.Combine(
            Path.GetDirectoryName(Path.GetFullPath(target))!, $".backflow-{Path.GetRandomFileName()}");
        try
        {
            Fill(beside, write);
            if (!isNew && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(beside, File.GetUnixFileMode(target));
            }

            File.Move(beside, target, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    // Not File.WriteAllText: it asks for all the space first, and removes the file where it gets none.
    private static void Fill(string path, Action<Stream> write)
    {
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        try
        {
            write(file);
        }
        catch
        {
            // An empty file that was there is one again.
            _ = ReasonNot(() => file.SetLength(0));
            throw;
        }
    }

    private static string? ReasonNot(Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (Exception failure) when (WriteFailure.ReasonOf(failure) is string reason)
        {
            return reason;
        }
    }
}
