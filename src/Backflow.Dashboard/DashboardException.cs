using Backflow.Training;

namespace Backflow.Dashboard;

/// <summary>A dashboard that cannot be served as it was asked for.</summary>
/// <param name="message">One sentence: what was asked, and why it cannot be.</param>
/// <param name="remedy">What to do instead.</param>
/// <param name="innerException">What the operating system reported, if it did.</param>
public sealed class DashboardException(Sentence message, Sentence remedy, Exception? innerException = null)
    : Exception(message.ToString(), innerException)
{
    /// <summary>What to do instead.</summary>
    public string Remedy => SaidRemedy.ToString();

    /// <summary>The message, for a caller that has other names for settings.</summary>
    public Sentence SaidMessage { get; } = message;

    /// <summary>The remedy, for a caller that has other names for settings.</summary>
    public Sentence SaidRemedy { get; } = remedy;
}
