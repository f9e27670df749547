namespace Backflow.Runs;

/// <summary>A file is not what its name promises: damaged, cut short, of another kind, or of a newer version.</summary>
/// <param name="message">The file, the violated fact, and what to do about it.</param>
/// <param name="innerException">The failure underneath, where there is one.</param>
public sealed class RunFormatException(string message, Exception? innerException = null)
    : RunStoreException(message, innerException);
