namespace Backflow.Dashboard.Api;

/// <summary>A request that is refused.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">One sentence: what was asked, and what is allowed.</param>
/// <param name="remedy">What to do instead.</param>
#pragma warning disable CA1064 // Thrown and caught within this library.
internal sealed class ApiException(int status, string message, string remedy) : Exception(message)
#pragma warning restore CA1064
{
    /// <summary>Where the interface's addresses begin; all others are pages and their files.</summary>
    public const string Root = "/api";

    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>What to do instead.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>A value of the query or of the body that is not allowed.</summary>
    public static ApiException Wrong(string name, string allowed, string example) =>
        new(400, $"'{name}' must be {allowed}.", $"{name}={example}");
}
