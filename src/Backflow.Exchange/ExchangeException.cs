namespace Backflow.Exchange;

/// <summary>A file of another program that cannot be taken: damaged, of another kind, or with something that is not
/// supported. Never a bug of Backflow.</summary>
/// <param name="message">One sentence: the file, what is wrong, and what is allowed.</param>
/// <param name="remedy">What to do instead, in one sentence.</param>
/// <param name="innerException">The failure underneath, where there is one.</param>
public sealed class ExchangeException(string message, string remedy, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What to do instead.</summary>
    public string Remedy => remedy;
}
