using Backflow.Cli.Output;
using Spectre.Console;
using Xunit;

namespace Backflow.Cli.Tests.Output;

/// <summary>Where lines of text are broken.</summary>
public sealed class TextLineTests
{
    [Theory]
    [InlineData(AnsiSupport.Yes, "the gradient fades away", "the gradient", "fades away")]
    [InlineData(AnsiSupport.No, "the gradient fades away", "the gradient fades away")]
    [InlineData(AnsiSupport.Yes, "kept as reports/spectral-0001.html", "kept as reports/spectral-0001.html")]
    [InlineData(AnsiSupport.Yes, "go on:  backflow resume x", "go on:  backflow resume x")]
    public void Line_IsBrokenBetweenWordsOnATerminalAndNeverWithinACommand(
        AnsiSupport ansi, string line, params string[] expected)
    {
        using StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = 14;
        console.Write(new TextLine(line));
        Assert.Equal(expected, text.ToString().TrimEnd().Split('\n').Select(static shown => shown.TrimEnd()));
    }
}
