namespace Backflow.Runs.Store;

/// <summary>Makes files and folders that other users of the machine can neither read nor change.</summary>
/// <remarks>What is there already keeps its permissions: a store that is shared on purpose stays shared.</remarks>
internal static class OwnerOnly
{
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode700 = FileMode600 | UnixFileMode.UserExecute;

    /// <summary>Opens a file for writing, and empties it where it is there.</summary>
    /// <param name="path">The file.</param>
    public static FileStream CreateFile(string path) =>
        new(path, Options(FileMode.Create, FileAccess.Write, FileShare.None));

    /// <summary>Opens a file, without a buffer, and makes it where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="access">What is done with it.</param>
    /// <param name="share">What others may do meanwhile.</param>
    public static FileStream OpenFile(string path, FileAccess access, FileShare share)
    {
        FileStreamOptions options = Options(FileMode.OpenOrCreate, access, share);
        options.BufferSize = 0;
        return new FileStream(path, options);
    }

    /// <summary>Creates a folder and those above it, where they are missing.</summary>
    /// <param name="path">The folder.</param>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // A folder of a user is closed to others there.
            Directory.CreateDirectory(path);
        }
        else
        {
            // Given a mode, the system's own loop over the folders above would use it for the last one alone.
            if (Path.GetDirectoryName(path) is { Length: > 0 } above && !Directory.Exists(above))
            {
                CreateFolder(above);
            }

            Directory.CreateDirectory(path, FolderMode700);
        }
    }

    /// <summary>Creates an empty file where there is none, so that what fills it keeps its permissions.</summary>
    /// <param name="path">The file.</param>
    public static void Reserve(string path)
    {
        try
        {
            using FileStream file = new(path, Options(FileMode.CreateNew, FileAccess.Write, FileShare.None));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is there, or cannot be made, which the next attempt to open it will say.
        }
    }

    private static FileStreamOptions Options(FileMode mode, FileAccess access, FileShare share)
    {
        FileStreamOptions options = new() { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode600;
        }

        return options;
    }
}
