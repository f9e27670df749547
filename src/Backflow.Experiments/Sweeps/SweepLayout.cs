using System.Collections.Immutable;
using Backflow.Experiments.Studies;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;

namespace Backflow.Experiments.Sweeps;

/// <summary>Lays a sweep out for its readers: best point, table, importance, what was stopped or failed.</summary>
public static class SweepLayout
{
    /// <summary>What came out, in sentences.</summary>
    /// <param name="report">What the sweep came to.</param>
    /// <returns>At least one.</returns>
    public static ImmutableArray<string> Findings(SweepReport report)
    {
        SweepCounts counts = report.Counts;
        (string Word, int Count)[] parts =
        [
            ("completed", counts.Completed),
            ("stopped", counts.Stopped),
            ("failed", counts.Failed),
            ("running", counts.Running),
            ("interrupted", counts.Interrupted),
            ("waiting", counts.Waiting),
        ];
        string where = string.Join(", ", parts.Where(static part => part.Count > 0)
            .Select(static part => $"{NumberText.Count(part.Count)} {part.Word}"));
        string trainings = $"{NumberText.Counted(NumberText.Count(counts.All), "training")}: {where}.";
        string merged = report.Combinations > report.Points.Length
            ? $" {NumberText.Count(report.Combinations)} combinations are "
                + $"{NumberText.Counted(NumberText.Count(report.Points.Length), "point")}, because an option without "
                + "effect makes no other training."
            : string.Empty;
        return report.Points is [{ Mean: not null } best, ..]
            ? [$"Best by {Words(report)}: {Describe(report, best)}, {Text(best, report.Seeds)}.", trainings + merged]
            : [trainings + merged];
    }

    /// <summary>A point's values, with the names of their options.</summary>
    /// <param name="report">The report that has the point.</param>
    /// <param name="row">The point.</param>
    /// <returns>Such as "cell gru, lag 50".</returns>
    public static string Describe(SweepReport report, SweepRow row)
    {
        string[] words =
        [
            .. report.Options.Zip(row.Values).Where(static pair => pair.Second is not null)
                .Select(static pair => $"{pair.First} {pair.Second}"),
        ];
        return words.Length == 0 ? "the fixed settings" : string.Join(", ", words);
    }

    /// <summary>The mean and the spread over seeds.</summary>
    /// <param name="row">The point.</param>
    /// <param name="seeds">Seeds of each point.</param>
    /// <returns>Such as "0.0213 ± 0.0021".</returns>
    public static string Text(SweepRow row, int seeds) => NumberText.Of(row.Mean)
        + (row.Deviation is double deviation ? $" ± {NumberText.Of(deviation)}" : string.Empty)
        + (row.Mean is not null && row.Count < seeds
            ? $", {NumberText.Count(row.Count)} of {NumberText.Count(seeds)} seeds" : string.Empty);

    /// <summary>The metric, and which way is better.</summary>
    /// <param name="report">What the sweep came to.</param>
    /// <returns>Such as "least validation loss".</returns>
    public static string Words(SweepReport report) =>
        $"{(report.IsMaximised ? "largest" : "least")} {report.Metric.Replace('-', ' ')}";

    /// <summary>Trainings that failed, each with its reason; of those that were stopped the status tells.</summary>
    /// <param name="report">What the sweep came to.</param>
    /// <returns>A sentence or two each.</returns>
    public static IEnumerable<string> Reasons(SweepReport report) => report.Members
        .Where(static member => member.Status == MemberStatus.Failed)
        .Select(static member => $"{member.Name} failed: {member.Reason}");

    /// <summary>The table of points.</summary>
    /// <param name="report">What the sweep came to.</param>
    /// <returns>The best point first.</returns>
    public static StudyTable Table(SweepReport report) => new(
        ["rank", .. report.Options, report.Metric.Replace('-', ' '), "seeds", "step"],
        [
            .. report.Points.Select(row => (ImmutableArray<string>)
            [
                NumberText.Count(row.Rank),
                .. row.Values.Select(static value => value ?? NumberText.Nothing),
                NumberText.Of(row.Mean)
                    + (row.Deviation is double deviation ? $" ± {NumberText.Of(deviation)}" : string.Empty),
                NumberText.Count(row.Count),
                NumberText.Count(row.Step),
            ]),
        ]);

    /// <summary>The report as one HTML page that needs nothing else: no script, no link, no font.</summary>
    /// <param name="report">What the sweep came to.</param>
    /// <returns>HTML.</returns>
    public static string Html(SweepReport report) => HtmlReport.Write(Of(report, isFile: true));

    /// <summary>The report of a sweep.</summary>
    /// <param name="report">What the sweep came to.</param>
    /// <returns>What the page of its run shows.</returns>
    internal static ReportPage Of(SweepReport report) => Of(report, isFile: false);

    private static ReportPage Of(SweepReport report, bool isFile) => new()
    {
        Name = "sweep",
        Title = $"Sweep {report.Name}",
        Findings = Findings(report),
        IsComplete = report.End == SweepEnd.Complete,
        Parts =
        [
            .. report.BestCommand is string command
                ? (ReportPart[])[new ReportHeading("Best training"), new ReportCommand(command)] : [],
            .. isFile && SweepDrawings.Coordinates(report) is ReportDrawing points ? (ReportPart[])[points] : [],
            new ReportHeading("Points"),
            new ReportTable(Table(report)),
            .. report.Options.IsEmpty ? [] : Importance(report, isFile),
            .. Reasons(report).Any() ? (ReportPart[])
            [
                new ReportHeading("What failed"),
                new ReportList([.. Reasons(report).Select(static reason => new ReportItem(reason, []))]),
            ]
            : [],
            new ReportHeading("Provenance"),
            new ReportTerms([new("Command", report.Command), new("Run", report.RunId)]),
        ],
    };

    private static IEnumerable<ReportPart> Importance(SweepReport report, bool isFile)
    {
        if (isFile && SweepDrawings.Bars(report) is ReportDrawing bars)
        {
            return [bars];
        }

        StudyTable shares = new(
            ["option", "share"],
            [
                .. report.Importance.Select(static one =>
                    (ImmutableArray<string>)[one.Option, NumberText.Share(one.Share)]),
            ]);
        return
        [
            new ReportHeading(SweepDrawings.BarsTitle), new ReportTable(shares), new ReportText(report.ImportanceText),
        ];
    }
}
