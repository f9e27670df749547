namespace Backflow.Telemetry.Tests;

/// <summary>docs/telemetry.md.</summary>
internal static class TelemetryPage
{
    public static string Path { get; } = System.IO.Path.Combine(RepositoryRoot.Path, "docs", "telemetry.md");
}
