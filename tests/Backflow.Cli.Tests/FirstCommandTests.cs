using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>What the README says of its first two commands is what bench/first_command.py recorded.</summary>
public sealed class FirstCommandTests
{
    private static string Readme => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "README.md"));

    [Theory]
    [InlineData("first")]
    [InlineData("second")]
    public void Table_IsWhatWasRecorded(string command)
    {
        string table = Readme.Split($"<!-- {command} command: written by bench/first_command.py -->", 2)[1]
            .Split($"<!-- /{command} command -->", 2)[0];
        string[] expected =
        [
            .. Rows(command).GroupBy(static row => row.Cell).Select(static cell => string.Create(
                CultureInfo.InvariantCulture,
                $"| {cell.Key.ToUpperInvariant()} | {Span([.. cell.Select(static row => 100 * row.Success)], "F0")} % "
                + $"| {Span([.. cell.Select(static row => row.Context)], "F0")} "
                + $"| {(cell.All(static row => row.ReachIsAtLeast) ? "≥ " : string.Empty)}"
                + $"{Span([.. cell.Select(static row => row.Reach).OfType<double>()], "G6")} |")),
        ];
        Assert.Equal(expected, table.Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal)
            && !line.StartsWith("| |", StringComparison.Ordinal) && !line.StartsWith("| -", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("first")]
    [InlineData("second")]
    public void Results_HaveTenSeedsAtTwoWidths(string command) => Assert.Equal(
        ["128", "processor"],
        Rows(command).GroupBy(static row => row.Width).Where(static width => width.Select(static row => row.Seed)
            .Distinct().Order().SequenceEqual(Enumerable.Range(1, 10))).Select(static width => width.Key).Order());

    /// <summary>The RNN stays near chance, which is 8 % of sums and 25 % of orders.</summary>
    [Theory]
    [InlineData("first", 0.15, 0.85, 35)]
    [InlineData("second", 0.4, 0.99, 40)]
    public void Results_ShowTheLesson(string command, double unlearnt, double learnt, double context) =>
        Assert.All(Rows(command), row => Assert.True(
            row.Cell == "rnn"
                ? row.Success < unlearnt && row.Context == 0 && row.Reach <= 15
                : row.Success > learnt && row.Context > context && row.ReachIsAtLeast,
            row.ToString()));

    /// <summary>The page's home offers both, as the README spells them.</summary>
    [Fact]
    public void Home_HasBothCommands()
    {
        string page = File.ReadAllText(
            Path.Combine(RepositoryRoot.Path, "web", "dashboard", "src", "pages", "Home.svelte"));
        // A long command is written in two parts.
        string home = Regex.Replace(page, @"'\s*\+\s*'", string.Empty);
        string[] commands =
        [
            .. Readme.Split('\n').Where(static line => line.StartsWith("./backflow compare", StringComparison.Ordinal)
                && line.EndsWith(" --dashboard", StringComparison.Ordinal)),
        ];
        Assert.Equal(2, commands.Length);
        Assert.All(commands, command => Assert.Contains(
            command["./backflow ".Length..^" --dashboard".Length], home, StringComparison.Ordinal));
    }

    private static Row[] Rows(string command) =>
    [
        .. File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "bench", "results", $"{command}-command.csv")).Skip(1)
            .Select(static line => line.Split(',')).Select(static cells => new Row(
                cells[0], int.Parse(cells[1], CultureInfo.InvariantCulture), cells[2], Number(cells[3])!.Value,
                Number(cells[4])!.Value, Number(cells[6]), cells[7] == "True")),
    ];

    private static string Span(double[] values, string format)
    {
        string low = values.Min().ToString(format, CultureInfo.InvariantCulture);
        string high = values.Max().ToString(format, CultureInfo.InvariantCulture);
        return low == high ? low : $"{low} to {high}";
    }

    private static double? Number(string text) =>
        text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Row(
        string Width, int Seed, string Cell, double Success, double Context, double? Reach, bool ReachIsAtLeast);
}
