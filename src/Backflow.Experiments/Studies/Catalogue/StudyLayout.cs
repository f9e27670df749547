using Backflow.Experiments.Studies.Reports;

namespace Backflow.Experiments.Studies;

/// <summary>Lays the result of a study out for its readers.</summary>
internal static class StudyLayout
{
    /// <summary>The report of a result.</summary>
    /// <param name="study">The study that was run.</param>
    /// <param name="result">The result, whole or of what was done.</param>
    /// <param name="terms">Where its numbers come from: command, seed, run, version, machine, time.</param>
    public static ReportPage Of(IStudy study, StudyResult result, params ReadOnlySpan<ReportTerm> terms) => new()
    {
        Name = "experiment " + study.Name,
        Title = study.Question,
        Findings = result.Findings,
        IsComplete = result.IsComplete,
        Parts =
        [
            .. result.Figures.Select(Of),
            .. result.Answers.SelectMany(Of),
            new ReportHeading("Numbers"),
            new ReportTable(result.Summary),
            new ReportHeading("How it was measured"),
            new ReportText(study.Method),
            new ReportTerms([.. terms]),
        ],
    };

    private static ReportPart Of(IFigure figure) => figure switch
    {
        Chart chart => new ReportChart(chart),
        Heatmap map => new ReportHeatmap(map),
        _ => throw new ArgumentException($"No part of a report for {figure.GetType().Name}.", nameof(figure)),
    };

    private static IEnumerable<ReportPart> Of(WorkedAnswer answer) =>
    [
        new ReportHeading(answer.Question),
        .. answer.Steps.Select(static step => new ReportText(step)),
        new ReportText(answer.Answer, IsStrong: true),
    ];
}
