using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>A bar, the share that is done, and a line of text beside it, while a person at a terminal waits.</summary>
internal static class TerminalBar
{
    private const int BarWidth = 20;

    /// <summary>What the bar, the share and the blanks between them take of a line.</summary>
    private const int Taken = BarWidth + 8;

    /// <summary>Runs some work, which shows the share done, from 0 to 1, and what it is doing.</summary>
    public static void Watch(string begin, Action<Action<double, string>> work) => AnsiConsole.Progress()
        .AutoClear(true)
        .Columns(
            new ProgressBarColumn { Width = BarWidth },
            new PercentageColumn(),
            new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context =>
        {
            ProgressTask task = context.AddTask(begin, maxValue: 1);
            work((share, text) =>
            {
                task.Value = share;
                task.Description = Markup.Escape(Cut(text, AnsiConsole.Profile.Width - Taken));
            });
        });

    // A second line would push the first one up each time.
    private static string Cut(string text, int room) =>
        text.Length <= room ? text : text[..Math.Max(0, room - 1)] + "…";
}
