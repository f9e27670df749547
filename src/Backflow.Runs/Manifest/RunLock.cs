using System.Runtime.InteropServices;
using Backflow.Runs.Store;
using Microsoft.Win32.SafeHandles;

namespace Backflow.Runs.Manifest;

/// <summary>What a look at the lock of a run shows.</summary>
internal enum LockState
{
    /// <summary>There is no file, or the file system keeps no locks: nothing can be said.</summary>
    Unknown = 0,

    /// <summary>No process that this machine's kernel knows of holds it.</summary>
    Free = 1,

    /// <summary>A living process holds it.</summary>
    Held = 2,
}

/// <summary>A lock on a file, which the kernel releases with the process, however that ends.</summary>
/// <remarks>
/// .NET takes such a lock with FileShare.None, and hides three things: that a file system may refuse it, that a
/// variable of the environment turns it off, and that network drives may keep it on one machine alone. So the lock is
/// asked for once more, and the file says which kernel its holder runs on. Processes in other PID namespaces share the
/// kernel and its locks.
/// </remarks>
internal sealed class RunLock : IDisposable
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    private const int DoNotWait = 4;

    /// <summary>A process that looks holds the file for a moment; the one that trains keeps it.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The file; made where there is none.</param>
    /// <param name="content">What the file says from now on; null leaves it as it is.</param>
    /// <returns>The lock, or null while another process holds it.</returns>
    public static RunLock? TryTake(string path, string? content)
    {
        long end = Environment.TickCount64 + (long)LongestLook.TotalMilliseconds;
        while (true)
        {
            FileStream? file = TryOpen(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            try
            {
                if (file is not null && Lock(file.SafeFileHandle, Exclusive) != LockState.Held)
                {
                    Say(file, content);
                    RunLock taken = new(file);
                    file = null;
                    return taken;
                }
            }
            finally
            {
                file?.Dispose();
            }

            if (Environment.TickCount64 >= end)
            {
                return null;
            }

            Thread.Sleep(5);
        }
    }

    /// <summary>Looks whether a process holds the lock.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What its newest holder said; empty where it said nothing that can be read.</param>
    public static LockState Look(string path, out string content)
    {
        content = "";
        try
        {
            using FileStream? file = TryOpen(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (file is null)
            {
                return LockState.Held;
            }

            LockState state = Lock(file.SafeFileHandle, Shared);
            using StreamReader reader = new(file);
            content = reader.ReadLine() ?? "";
            return state;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return LockState.Unknown;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Opens the file.</summary>
    /// <returns>Null where another process has locked it.</returns>
    private static FileStream? TryOpen(string path, FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            return mode == FileMode.OpenOrCreate
                ? OwnerOnly.OpenFile(path, access, share)
                : new FileStream(path, mode, access, share, bufferSize: 0);
        }
        catch (IOException failure) when (IsHeld(failure.HResult))
        {
            return null;
        }
    }

    private static void Say(FileStream file, string? content)
    {
        if (content is null)
        {
            return;
        }

        file.SetLength(0);
        file.Write(System.Text.Encoding.UTF8.GetBytes(content + "\n"));
    }

    /// <summary>Takes the lock of an open file.</summary>
    /// <returns>Free where it was; Unknown where the file system has none.</returns>
    private static LockState Lock(SafeFileHandle file, int kind)
    {
        if (OperatingSystem.IsWindows())
        {
            // Opening was the lock.
            return LockState.Free;
        }

        return Flock(file, kind | DoNotWait) == 0 ? LockState.Free
            : IsHeld(Marshal.GetLastPInvokeError()) ? LockState.Held
            : LockState.Unknown;
    }

    // EWOULDBLOCK of Linux, of macOS and the BSDs; a sharing violation of Windows.
    private static bool IsHeld(int error) =>
        OperatingSystem.IsWindows() ? error == unchecked((int)0x8007_0020) : error is 11 or 35;

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flock(SafeFileHandle file, int operation);
}
