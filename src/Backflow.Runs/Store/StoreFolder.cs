namespace Backflow.Runs.Store;

/// <summary>The folder that a store lies in, and what may lie there in its place.</summary>
internal static class StoreFolder
{
    /// <summary>Throws where a pipe stands in the place of a store: reading it would wait for ever.</summary>
    /// <param name="path">The file of the store.</param>
    public static void RequireNoPipe(string path)
    {
        try
        {
            // A pipe has no length, and one that is opened for both directions waits for no other program.
            if (new FileInfo(path) is { Exists: true, Length: 0 })
            {
                using FileStream file = new(
                    path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                if (!file.CanSeek)
                {
                    throw new RunFormatException($"{path} is a pipe and no run store. Choose another store.")
                    {
                        WayOut = new WayOut(WayOutKind.OtherStore),
                    };
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What cannot be opened is reported where it is needed.
        }
    }

    /// <summary>Creates the folder and those above it, where they are missing.</summary>
    public static void Create(string folder)
    {
        try
        {
            OwnerOnly.CreateFolder(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException(
                $"The folder {folder} could not be created ({failure.Message}); choose another store.",
                failure)
            {
                WayOut = new WayOut(WayOutKind.OtherStore),
            };
        }
    }
}
