namespace Backflow.Training;

/// <summary>A user's mistake in what an experiment was given: a file, a text, an option. Never a bug of Backflow.</summary>
/// <remarks>The command line prints <see cref="Exception.Message"/> and <see cref="Remedy"/>, and no stack trace.</remarks>
public sealed class ExperimentException : Exception
{
    /// <summary>States the mistake and the way out of it.</summary>
    /// <param name="message">One sentence: what was given, and what is allowed.</param>
    /// <param name="remedy">What to do instead: one sentence that names the option or the command.</param>
    /// <param name="innerException">What the operating system reported, if it did.</param>
    public ExperimentException(string message, string remedy, Exception? innerException = null)
        : base(message, innerException) => Remedy = remedy;

    /// <summary>What to do instead.</summary>
    public string Remedy { get; }
}
