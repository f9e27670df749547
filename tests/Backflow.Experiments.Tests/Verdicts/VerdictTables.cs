using System.Globalization;
using System.Text;
using Backflow.Telemetry;

namespace Backflow.Experiments.Tests.Verdicts;

/// <summary>The catalogue's part of docs/verdicts.md.</summary>
internal static class VerdictTables
{
    private const string HeldOutTitle = "### Held out";

    private static readonly string[] Rules = [.. VerdictCatalogue.All.Select(static rule => rule.Name)];

    /// <summary>The text between the marks.</summary>
    public static string Write(CaseRow[] tuned, CaseRow[] heldOut)
    {
        StringBuilder text = new("\n\n### Tuned\n\n");
        Append(text, tuned);
        text.Append('\n').Append(HeldOutTitle).Append("\n\n");
        return Append(text, heldOut).Append('\n').ToString();
    }

    /// <summary>The rows of both parts of a text that <see cref="Write"/> made.</summary>
    public static (CaseRow[] Tuned, CaseRow[] HeldOut) Read(string text)
    {
        string[] parts = text.Split(HeldOutTitle);
        return (Rows(parts[0]), Rows(parts[1]));
    }

    private static CaseRow[] Rows(string part) => [.. part.Split('\n').Select(CaseRow.Parse).OfType<CaseRow>()];

    private static StringBuilder Append(StringBuilder text, CaseRow[] rows)
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

        return text;
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

    private static string Counts(string name, CaseRow[] rows) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {rows.Length} {name} | {rows.Count(static row => row.IsRight)} | "
        + $"{rows.Count(static row => !row.IsRight)} |\n");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
