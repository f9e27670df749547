namespace Backflow.Telemetry.Tests;

/// <summary>Writes the largest deviation from each oracle into a test's output, so that it can be quoted.</summary>
internal static class Deviations
{
    public static void Note(string what, double deviation) =>
        TestContext.Current.TestOutputHelper?.WriteLine($"deviation | {what} | {deviation:G3}");
}
