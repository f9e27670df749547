using System.Globalization;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>What the README says of its first command is what bench/first_command.py recorded.</summary>
public sealed class FirstCommandTests
{
    private const string Begin = "<!-- first command: written by bench/first_command.py -->";
    private const string End = "<!-- /first command -->";

    private static string Readme => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "README.md"));

    private static Row[] Rows =>
    [
        .. File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "bench", "results", "first-command.csv")).Skip(1)
            .Select(static line => line.Split(',')).Select(static cells => new Row(
                cells[0], int.Parse(cells[1], CultureInfo.InvariantCulture), cells[2], Number(cells[3])!.Value,
                Number(cells[4])!.Value, Number(cells[6]), cells[7] == "True")),
    ];

    [Fact]
    public void Table_IsWhatWasRecorded()
    {
        string table = Readme.Split(Begin, 2)[1].Split(End, 2)[0];
        string[] expected =
        [
            .. Rows.GroupBy(static row => row.Cell).Select(static cell => string.Create(
                CultureInfo.InvariantCulture,
                $"| {cell.Key.ToUpperInvariant()} | {Span([.. cell.Select(static row => 100 * row.Success)], "F0")} % "
                + $"| {Span([.. cell.Select(static row => row.Context)], "F0")} "
                + $"| {(cell.All(static row => row.ReachIsAtLeast) ? "≥ " : string.Empty)}"
                + $"{Span([.. cell.Select(static row => row.Reach).OfType<double>()], "G6")} |")),
        ];
        Assert.Equal(expected, table.Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal)
            && !line.StartsWith("| |", StringComparison.Ordinal) && !line.StartsWith("| -", StringComparison.Ordinal)));
    }

    [Fact]
    public void Results_HaveTenSeedsAtTwoWidths() => Assert.Equal(
        ["128", "processor"],
        Rows.GroupBy(static row => row.Width).Where(static width => width.Select(static row => row.Seed).Distinct()
            .Order().SequenceEqual(Enumerable.Range(1, 10))).Select(static width => width.Key).Order());

    [Fact]
    public void Results_ShowTheLesson() => Assert.All(Rows, static row => Assert.True(
        row.Cell == "rnn"
            ? row.Success < 0.15 && row.Context == 0 && row.Reach < 15
            : row.Success > 0.85 && row.Context > 35 && row.ReachIsAtLeast,
        row.ToString()));

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
