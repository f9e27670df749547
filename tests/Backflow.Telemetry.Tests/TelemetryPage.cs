namespace Backflow.Telemetry.Tests;

/// <summary>docs/telemetry.md.</summary>
internal static class TelemetryPage
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Backflow.slnx")))
        {
            folder = folder.Parent;
        }

        return System.IO.Path.Combine(folder!.FullName, "docs", "telemetry.md");
    }
}
