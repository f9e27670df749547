using System.Runtime.InteropServices;

namespace Backflow.Runs.Checkpoints;

/// <summary>Forces the names in a folder to the disk, which .NET has no call for.</summary>
internal static class DirectoryFlush
{
    private const int ReadOnly = 0;

    /// <summary>Forces the names to the disk where the system can; Windows and some network drives cannot.</summary>
    /// <returns>Whether it did.</returns>
    public static bool Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            return false;
        }

        // A refusal costs durability against power loss alone, and the file itself is on the disk.
        bool isFlushed = Synchronise(descriptor) == 0;
        _ = Close(descriptor);
        return isFlushed;
    }

    [DllImport("libc", EntryPoint = "open", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronise(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
