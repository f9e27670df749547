namespace Backflow.Runs.Store;

/// <summary>The folder that a store lies in.</summary>
internal static class StoreFolder
{
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
