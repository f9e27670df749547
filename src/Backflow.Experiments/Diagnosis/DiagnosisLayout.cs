using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Experiments.Studies;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Lays a diagnosis out for its readers: causes, factors, trials, remedy.</summary>
public static class DiagnosisLayout
{
    /// <summary>The colour of what was not measured, and the same in both charts.</summary>
    private const int Grey = 6;

    /// <summary>The report of a diagnosis.</summary>
    /// <param name="report">What was found.</param>
    /// <returns>What the page and the HTML file show.</returns>
    public static ReportPage Of(DiagnosisReport report)
    {
        string? confirmation = DiagnosisText.Confirmation(report);
        return new ReportPage
        {
            Name = "diagnosis",
            Title = $"Diagnosis of {report.RunId ?? "a configuration"}",
            Findings = confirmation is null
                ? [DiagnosisText.Summary(report)]
                : [DiagnosisText.Summary(report), confirmation],
            IsComplete = !report.IsInterrupted,
            Parts =
            [
                .. report.Causes.IsEmpty ? [] : Causes(report),
                .. Remedy(report),
                .. report.Trials.IsEmpty ? [] : Trials(report),
                .. report.Layers.SelectMany(layer => Layer(layer, report.Dependency, report.Layers.Length == 1)),
                new ReportHeading("What was diagnosed"),
                new ReportText($"{report.Description}; parameters of step {NumberText.Count(report.Step)}."),
                new ReportCommand(report.Command),
            ],
        };
    }

    /// <summary>The report as one HTML page that needs nothing else: no script, no link, no font.</summary>
    /// <param name="report">What was found.</param>
    /// <returns>HTML.</returns>
    public static string Html(DiagnosisReport report) => HtmlReport.Write(Of(report));

    private static ReportItem Of(DiagnosisCause cause) => new(
        cause.Meaning,
        [.. cause.Evidence.Select(static number => new ReportTerm(number.Name, NumberText.Of(number.Value)))]);

    private static IEnumerable<ReportPart> Causes(DiagnosisReport report) =>
        [new ReportHeading("Causes"), new ReportList([.. report.Causes.Select(Of)])];

    private static IEnumerable<ReportPart> Remedy(DiagnosisReport report)
    {
        if (DiagnosisText.Longer(report) is string longer)
        {
            yield return new ReportHeading("More time");
            yield return new ReportText(longer);
            yield return new ReportCommand(report.LongerCommand!);
        }

        if (report.Confirmation is Confirmation c)
        {
            yield return new ReportHeading("Before and after");
            yield return new ReportTable(new StudyTable(
                ["with a fresh seed", "steps", "gradient reach", "loss", "success", "run"],
                [Row("before: " + TrialResult.AsItIs, c.Before), Row("after: " + c.Name, c.After)]));
        }

        if (report.Best is TrialResult best)
        {
            yield return new ReportHeading("Remedy: " + best.Name);
            yield return new ReportText(DiagnosisText.Adopt(report));
            yield return new ReportCommand(best.Command);
        }

        static ImmutableArray<string> Row(string name, TrialRun run) =>
            CellsOf(new TrialResult(name, string.Empty, run.Step, [run]));
    }

    private static IEnumerable<ReportPart> Trials(DiagnosisReport report) =>
    [
        new ReportHeading("Remedies tried"),
        new ReportTable(new StudyTable(
            ["remedy", "steps", "gradient reach", "loss", "success", "runs"], [.. report.Trials.Select(CellsOf)])),
        new ReportText(DiagnosisText.TableNote(report)),
    ];

    private static ImmutableArray<string> CellsOf(TrialResult trial) =>
    [
        trial.Name,
        NumberText.Count(trial.Steps),
        DiagnosisText.Reach(trial),
        DiagnosisText.Loss(trial),
        DiagnosisText.Success(trial),
        string.Join(", ", trial.Runs.Select(static run => run.RunId)),
    ];

    private static IEnumerable<ReportPart> Layer(LayerDiagnosis layer, int? dependency, bool isAlone)
    {
        string name = $"Layer {NumberText.Count(layer.Layer)}, {layer.Cell}";
        string state = Cells.Named(layer.Cell).HasCellState ? "c" : "h";
        ImmutableArray<double> norms = [.. layer.Norms.Select(static norm => (double)norm)];
        yield return new ReportChart(Plot(
            $"{name}: gradient by lag",
            [("gradient norm", norms)],
            dependency,
            $"‖∂L/∂{state}ₜ‖ of the last answer's loss",
            isLogarithmic: true) with
        {
            Caption = "Norm of the gradient of the last answer's loss over units and up to 8 sequences, by lag: "
                + "timesteps back from that answer."
                + (dependency is null ? string.Empty : " The dashed line is the task's longest dependency."),
        });
        if (layer.NotMeasured is string reason)
        {
            yield return new ReportText($"In this layer {reason}.");
            yield break;
        }

        yield return new ReportChart(Plot(
            $"{name}: what a timestep multiplies the gradient by",
            layer.Paths.IsEmpty
                ? [(layer.KeptName, layer.LogKept), (layer.RestName, layer.LogRest)]
                : [(layer.KeptName, layer.LogKept), .. layer.Paths.Select(static path => (path.Name, path.Log))],
            dependency,
            "ln per timestep",
            isLogarithmic: false) with
        {
            Caption = "What one timestep of this layer multiplies the gradient of its last state by, as ln, split "
                + $"exactly: {layer.KeptName} (mean over the horizon {NumberText.Of(layer.MeanLogKept)}) and "
                + $"{layer.RestName} ({NumberText.Of(layer.MeanLogRest)}).{PathNote(layer)}"
                + (isAlone ? string.Empty : " What other layers add on the way is left out."),
        });
    }

    private static string PathNote(LayerDiagnosis layer) => layer.Paths.IsEmpty
        ? string.Empty
        : $" The other paths are {DiagnosisText.Paths(layer)}: each is what adding it changes when those before it are "
            + "there, since paths through the recurrent weights can cancel. Their sum does not depend on the order.";

    private static Chart Plot(
        string title,
        ImmutableArray<(string Name, ImmutableArray<double> Newest)> lines,
        int? dependency,
        string label,
        bool isLogarithmic)
    {
        double[] drawn = [.. lines.SelectMany(static line => line.Newest)
            .Where(value => double.IsFinite(value) && (!isLogarithmic || value > 0))];
        ImmutableArray<ChartSeries> series =
        [
            .. lines.Select(static line => new ChartSeries(
                line.Name, [.. line.Newest.Reverse().Select(static (value, lag) => ChartPoint.Exact(lag, value))])),
        ];
        if (dependency is int needed && drawn.Length > 0)
        {
            ChartPoint[] ends = [ChartPoint.Exact(needed, drawn.Min()), ChartPoint.Exact(needed, drawn.Max())];
            series = series.Add(new ChartSeries("dependency", [.. ends], IsReference: true) { Colour = Grey });
        }

        return new Chart(title, "lag, timesteps back", label, series) { IsLogarithmic = isLogarithmic };
    }
}
