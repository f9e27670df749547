using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>What the output goes to.</summary>
internal static class Terminal
{
    /// <summary>
    /// Whether the output is a terminal that can draw over what stands there; neither a file nor a teletype can.
    /// </summary>
    public static bool CanRedraw => AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true };
}
