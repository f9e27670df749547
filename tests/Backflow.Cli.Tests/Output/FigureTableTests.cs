using Backflow.Cli.Output;
using Backflow.Telemetry;
using Spectre.Console;
using Xunit;

namespace Backflow.Cli.Tests.Output;

/// <summary>Tables in which no figure is broken, at the widths where something has to give.</summary>
public sealed class FigureTableTests
{
    [Fact]
    public void Wide_ShowsEverythingOnOneLine()
    {
        string[] lines = Draw(120, Sample());
        Assert.Contains("| remedy | validation loss |  steps | runs               | peak |", lines);
        Assert.Contains("| GRU    | 0.5 (0.4–0.6)   | 12,345 | gru-0001, gru-0002 |  131 |", lines);
        Assert.DoesNotContain(lines, static line => line.Contains("No room", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(60, "", "GRU|0.5 (0.4–0.6)|12,345|gru-0001,|131", "|||gru-0002|")]
    [InlineData(51, "", "GRU|0.5|12,345|gru-0001,|131", "|(0.4–0.6)||gru-0002|")]
    [InlineData(50, "peak", "GRU|0.5|12,345|gru-0001,", "|(0.4–0.6)||gru-0002")]
    [InlineData(43, "peak, runs", "GRU|0.5 (0.4–0.6)|12,345")]
    [InlineData(33, "peak, runs", "GRU|0.5|12,345", "|(0.4–0.6)|")]
    public void Narrow_BreaksSentencesThenLeavesColumnsOut(int width, string leftOut, params string[] expected)
    {
        string[] lines = Draw(width, Sample());
        string[] rows = [.. lines.Where(static line => line.StartsWith('|'))];
        Assert.All(rows, row => Assert.InRange(row.Length, 1, width));
        int heading = Array.FindIndex(rows, static row => row.Contains("---", StringComparison.Ordinal));
        Assert.Equal(expected, rows[(heading + 1)..].Select(Cells));
        string below = string.Join(
            ' ', lines.SkipWhile(static line => !line.StartsWith("No room", StringComparison.Ordinal)));
        Assert.Matches(leftOut.Length == 0 ? "^$" : $"^No room for: {leftOut};", below);
    }

    [Fact]
    public void ColumnThatMayBeLeftOut_SaysNothing_IsNotThere()
    {
        FigureTable table = new(FigureColumn.Word("run"), FigureColumn.Word("name", 1), FigureColumn.Figure("loss"));
        table.Add("lstm-0001", NumberText.Nothing, NumberText.Nothing);
        Assert.Contains("| run       | loss |", Draw(80, table));
    }

    [Fact]
    public void ColumnsThatAreNeverLeftOut_DoNotFit_GoOnBelow()
    {
        FigureTable table = new(
            FigureColumn.Word("R"),
            FigureColumn.Figure("σ = 0.9"),
            FigureColumn.Figure("σ = 1"),
            FigureColumn.Figure("σ = 1.1"));
        table.Add("Gaussian", "1.6e-36", "0.0123", "1.4e20");
        string[] rows =
        [
            .. Draw(32, table).Where(static line => line.Contains("Gaussian", StringComparison.Ordinal)).Select(Cells),
        ];
        Assert.Equal(["Gaussian|1.6e-36|0.0123", "Gaussian|1.4e20"], rows);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(20)]
    public void NoRows_ShowsHeadings(int width)
    {
        FigureTable table = new(
            FigureColumn.Word("run"),
            FigureColumn.Word("status"),
            FigureColumn.Figure("validation loss"),
            FigureColumn.Word("name", 1));
        string text = string.Join(' ', Draw(width, table));
        Assert.Contains("status", text, StringComparison.Ordinal);
        Assert.Contains("validation", text, StringComparison.Ordinal);
        Assert.DoesNotContain("name", text, StringComparison.Ordinal);
    }

    private static FigureTable Sample()
    {
        FigureTable table = new(
            FigureColumn.Sentence("remedy"),
            FigureColumn.Sentence("validation loss"),
            FigureColumn.Figure("steps"),
            FigureColumn.Sentence("runs", 2),
            FigureColumn.Figure("peak", 1));
        table.Add("GRU", "0.5 (0.4–0.6)", "12,345", "gru-0001, gru-0002", "131");
        return table;
    }

    private static string[] Draw(int width, FigureTable table)
    {
        using StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        console.Write(table);
        return [.. text.ToString().Split('\n').Select(static line => line.TrimEnd())];
    }

    private static string Cells(string line) =>
        string.Join('|', line[1..^1].Split('|').Select(static cell => cell.Trim()));
}
