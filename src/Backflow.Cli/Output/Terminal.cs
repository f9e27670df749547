using Backflow.Runs.Manifest;
using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>What the output goes to.</summary>
internal static class Terminal
{
    private const int RedirectedWidth = 400;

    /// <summary>
    /// Whether the output is a terminal that can draw over what stands there; neither a file nor a teletype can.
    /// </summary>
    public static bool CanRedraw => AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true };

    /// <summary>A text that was not written here, for a line or a box that Spectre draws.</summary>
    /// <param name="text">A model's text, a name, a path, a verdict.</param>
    /// <returns>With a sign for each character that a terminal obeys; in a file or a pipe as it is.</returns>
    public static string Show(string text) => Console.IsOutputRedirected ? text : VisibleText.OfLines(text);

    /// <summary>
    /// Sets up what is written to: lines that go to a terminal let it obey nothing. Spectre, which draws, keeps its own
    /// way.
    /// </summary>
    public static void Open()
    {
        // Made before lines get signs: what it draws are orders to the terminal. Anew for a command within a process.
        AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
        {
            // Neither colours nor line breaks belong in a file.
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Width = RedirectedWidth;
        }

#pragma warning disable CA2000 // The console keeps its writers to the end of the program.
        if (!Console.IsOutputRedirected)
        {
            Console.SetOut(new SignWriter(Console.Out));
        }

        if (!Console.IsErrorRedirected)
        {
            Console.SetError(new SignWriter(Console.Error));
        }
#pragma warning restore CA2000
    }
}
