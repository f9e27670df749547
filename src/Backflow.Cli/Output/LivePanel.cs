using Spectre.Console;
using Spectre.Console.Rendering;

namespace Backflow.Cli.Output;

/// <summary>
/// Something that stays at the foot of a terminal while it changes; what is written meanwhile scrolls past above.
/// </summary>
internal sealed class LivePanel
{
    private LiveDisplayContext? _display;

    /// <summary>Whether the panel is there.</summary>
    public bool IsShown => _display is not null;

    /// <summary>Shows it for as long as some work takes.</summary>
    /// <param name="staysAtEnd">Whether its last state stays.</param>
    /// <param name="work">What takes time.</param>
    /// <returns>The work's result.</returns>
    public T Watch<T>(bool staysAtEnd, Func<T> work)
        where T : notnull
    {
        T? result = default;
        // Two lines: of a single one, Spectre goes up one line too many, and overwrites what was written above it.
        AnsiConsole.Live(new Rows(new Text("Starting …"), new Text(" "))).AutoClear(!staysAtEnd).Start(display =>
        {
            _display = display;
            result = work();
        });
        _display = null;
        return result!;
    }

    /// <summary>Replaces what it shows.</summary>
    public void Show(IRenderable content) => _display?.UpdateTarget(content);

    /// <summary>Writes above it.</summary>
    /// <remarks>
    /// Spectre draws over the panel without erasing it: what is shorter than its lines would leave their ends.
    /// </remarks>
    public void WriteAbove(IRenderable content) =>
        AnsiConsole.Write(_display is null ? content : new ErasingBelow(content));
}
