namespace Backflow.Dashboard;

/// <summary>A dashboard that cannot be served as it was asked for.</summary>
/// <param name="message">One sentence: what was asked, and why it cannot be.</param>
/// <param name="remedy">What to do instead.</param>
/// <param name="innerException">What the operating system reported, if it did.</param>
public sealed class DashboardException(string message, string remedy, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What to do instead.</summary>
    public string Remedy { get; } = remedy;
}
