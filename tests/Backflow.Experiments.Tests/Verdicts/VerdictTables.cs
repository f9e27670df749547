using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Backflow.Telemetry;

namespace Backflow.Experiments.Tests.Verdicts;

/// <summary>The catalogue's part of docs/verdicts.md.</summary>
internal static class VerdictTables
{
    private static readonly string[] Rules = [.. VerdictCatalogue.All.Select(static rule => rule.Name)];

    /// <summary>The text between the marks.</summary>
    /// <param name="rows">Of each of <see cref="CaseSection.All"/>.</param>
    public static string Write(ImmutableArray<CaseRow[]> rows)
    {
        StringBuilder text = new("\n");
        for (int i = 0; i < rows.Length; i++)
        {
            text.Append('\n').Append(CaseSection.All[i].Title).Append("\n\n");
            Append(text, rows[i]);
        }

        return text.Append('\n').ToString();
    }

    /// <summary>The rows of each section of a text that <see cref="Write"/> made; none of one that it
    /// lacks.</summary>
    public static ImmutableArray<CaseRow[]> Read(string text) =>
    [
        .. CaseSection.All.Select(section => (CaseRow[])
        [
            .. text.Split('\n').SkipWhile(line => line != section.Title).Skip(1)
                .TakeWhile(static line => !line.StartsWith('#')).Select(CaseRow.Parse).OfType<CaseRow>(),
        ]),
    ];

    private static void Append(StringBuilder text, CaseRow[] rows)
    {
        CaseRow[] unhealthy = [.. rows.Where(static row => row.Expected is not null)];
        CaseRow[] healthy = [.. rows.Where(static row => row.Expected is null)];
        text.Append("| | right verdict in time and place | other or none |\n| --- | --- | --- |\n")
            .Append(Counts("unhealthy", unhealthy))
            .Append("\n| | silent | warnings raised |\n| --- | --- | --- |\n").Append(Counts("healthy", healthy))
            .Append('\n').Append(Matrix(unhealthy, healthy))
            .Append("\n| run | expected by step, at | found at | also raised, at step | loss at the end |\n")
            .Append("| --- | --- | --- | --- | --- |\n");
        foreach (CaseRow row in rows)
        {
            text.Append(row).Append('\n');
        }
    }

    /// <summary>A row per fault and one for health, a column per rule: in how many runs it spoke.</summary>
    private static string Matrix(CaseRow[] unhealthy, CaseRow[] healthy)
    {
        StringBuilder text = new("| fault | runs |");
        text.AppendJoin(string.Empty, Enumerable.Range(1, Rules.Length).Select(static i => $" {Text(i)} |"));
        text.Append(" its rule spoke at step |\n| --- | --- |");
        text.Insert(text.Length, " --- |", Rules.Length + 1).Append('\n');
        for (int i = 0; i < Rules.Length; i++)
        {
            CaseRow[] runs = [.. unhealthy.Where(row => row.Expected == Rules[i])];
            string number = Text(i + 1);
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {number} `{Rules[i]}` | {runs.Length} |{Cells(runs, i)} {Steps(runs, Rules[i])} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"| none | {healthy.Length} |{Cells(healthy, -1)} |\n");
        return text.ToString();
    }

    private static string Cells(CaseRow[] runs, int diagonal) => string.Concat(Rules.Select((rule, column) =>
    {
        int count = runs.Count(row => row.Fired.Any(one => one.Rule == rule));
        return column == diagonal ? $" **{Text(count)}** |" : count == 0 ? " |" : $" {Text(count)} |";
    }));

    private static string Steps(CaseRow[] runs, string rule)
    {
        long[] steps =
        [
            .. runs.SelectMany(static row => row.Fired).Where(one => one.Rule == rule).Select(static one => one.Step),
        ];
        return steps.Length == 0 ? "–"
            : steps.Min() == steps.Max() ? Text(steps[0])
            : $"{Text(steps.Min())} to {Text(steps.Max())}";
    }

    private static string Counts(string name, CaseRow[] rows) =>
        $"| {Text(rows.Length)} {name} | {Of(rows, isRight: true)} | {Of(rows, isRight: false)} |\n";

    private static string Of(CaseRow[] rows, bool isRight)
    {
        int count = rows.Count(row => row.IsRight == isRight);
        return $"{Text(count)} ({NumberText.Share((double)count / rows.Length)})";
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
