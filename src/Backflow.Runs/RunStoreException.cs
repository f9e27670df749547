namespace Backflow.Runs;

/// <summary>
/// The store could not do what was asked: the message is a sentence and what to do about it.
/// </summary>
/// <remarks>
/// Everything that a full disk, a busy or damaged file or a wrong name can cause arrives as this type or as one of the
/// two derived from it; any other exception out of this project is a bug.
/// </remarks>
/// <param name="message">What happened and what to do about it.</param>
/// <param name="innerException">The failure underneath, where there is one.</param>
public class RunStoreException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What helps, for programs that have a command for it; null where the message alone says it.</summary>
    public WayOut? WayOut { get; init; }
}
