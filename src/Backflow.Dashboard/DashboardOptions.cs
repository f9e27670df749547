namespace Backflow.Dashboard;

/// <summary>Where a dashboard is served, and to whom.</summary>
public sealed record DashboardOptions
{
    /// <summary>The port that is tried first when none is asked for.</summary>
    public const int DefaultPort = 7080;

    /// <summary>The address to listen on: this machine alone unless told otherwise.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>
    /// The port, 0 for any free one; null for <see cref="DefaultPort"/>, or a free one where that is taken.
    /// </summary>
    public int? Port { get; init; }

    /// <summary>
    /// What changes and computations must show, and where the server is private all requests; null to draw one.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>Whether reading needs the token too; elsewhere than on this machine alone it always does.</summary>
    public bool IsPrivate { get; init; }
}
