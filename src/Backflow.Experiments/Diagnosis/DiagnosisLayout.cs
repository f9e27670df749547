using System.Collections.Immutable;
using System.Net;
using System.Text;
using Backflow.Engine;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;

namespace Backflow.Experiments.Diagnosis;

/// <summary>A diagnosis as one HTML page that needs nothing else: no script, no link, no font.</summary>
public static class DiagnosisHtml
{
    // What the reports of experiments look like, and the two things that only this page has.
    private const string Style = HtmlReport.Style
        + "td{white-space:normal}td.n,th.n{white-space:nowrap}"
        + "pre{overflow-x:auto;background:#8882;padding:.6rem;font-size:.9em}";

    /// <summary>The colour of what was not measured, and the same in both charts.</summary>
    private const int Grey = 6;

    /// <summary>Writes the page.</summary>
    /// <param name="report">What was found.</param>
    /// <returns>HTML.</returns>
    public static string Write(DiagnosisReport report)
    {
        StringBuilder page = new();
        string title = $"Diagnosis of {report.RunId ?? "a configuration"}";
        page.Append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">")
            .Append($"<title>{Text(title)}</title><style>{Style}</style>\n")
            .Append($"<h1>{Text(title)}</h1><p>{Text(report.Description)}; ")
            .Append($"parameters of step {NumberText.Count(report.Step)}.</p>\n")
            .Append($"<p><strong>{Text(DiagnosisText.Summary(report))}</strong></p><h2>Causes</h2><ol>\n");
        foreach (DiagnosisCause cause in report.Causes)
        {
            page.Append($"<li>{Text(cause.Meaning)}</li>\n");
        }

        page.Append("</ol>\n");
        foreach (LayerDiagnosis layer in report.Layers)
        {
            AppendLayer(page, layer, report.Dependency, isAlone: report.Layers.Length == 1);
        }

        if (!report.Trials.IsEmpty)
        {
            AppendTrials(page, report);
        }

        if (DiagnosisText.Confirmation(report) is string confirmation)
        {
            page.Append($"<p>{Text(confirmation)}</p>\n");
        }

        if (report.Best is TrialResult best)
        {
            page.Append($"<h2>{Text(best.Name)}</h2><p>{Text(DiagnosisText.Adopt(report))}</p>")
                .Append($"<pre>{Text(best.Command)}</pre>\n");
        }

        return page.Append($"<h2>What was diagnosed</h2><pre>{Text(report.Command)}</pre></html>\n").ToString();
    }

    private static void AppendLayer(StringBuilder page, LayerDiagnosis layer, int? dependency, bool isAlone)
    {
        page.Append($"<h2>Layer {NumberText.Count(layer.Layer)}, {Text(layer.Cell)}</h2>\n");
        string state = Cells.Named(layer.Cell).HasCellState ? "c" : "h";
        string gradient = $"‖∂L/∂{state}ₜ‖ of the last answer's loss";
        ImmutableArray<double> norms = [.. layer.Norms.Select(static norm => (double)norm)];
        page.Append(HtmlFigure.Write(Plot([("gradient norm", norms)], dependency, gradient, isLogarithmic: true) with
        {
            Caption = "Norm of the gradient of the last answer's loss over units and up to 8 sequences, by lag: "
                + "timesteps back from that answer."
                + (dependency is null ? string.Empty : " The dashed line is the task's longest dependency."),
        }));
        if (layer.NotMeasured is string reason)
        {
            page.Append($"<p>In this layer {Text(reason)}.</p>\n");
            return;
        }

        page.Append(HtmlFigure.Write(Plot(
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
        }));
    }

    private static string PathNote(LayerDiagnosis layer) => layer.Paths.IsEmpty
        ? string.Empty
        : $" The other paths are {DiagnosisText.Paths(layer)}: each is what adding it changes when those before it are "
            + "there, since paths through the recurrent weights can cancel. Their sum does not depend on the order.";

    private static void AppendTrials(StringBuilder page, DiagnosisReport report)
    {
        page.Append("<h2>Remedies tried</h2><div class=\"wide\" tabindex=\"0\"><table><tr><th>remedy</th>")
            .Append("<th class=\"n\">steps</th><th class=\"n\">gradient reach</th><th class=\"n\">loss</th>")
            .Append("<th class=\"n\">success</th><th>runs</th></tr>\n");
        foreach (TrialResult trial in report.Trials)
        {
            page.Append($"<tr><td>{Text(trial.Name)}</td><td class=\"n\">{NumberText.Count(trial.Steps)}</td>")
                .Append($"<td class=\"n\">{DiagnosisText.Reach(trial)}</td>")
                .Append($"<td class=\"n\">{DiagnosisText.Loss(trial)}</td>")
                .Append($"<td class=\"n\">{DiagnosisText.Success(trial)}</td>")
                .Append($"<td>{Text(string.Join(", ", trial.Runs.Select(static run => run.RunId)))}</td></tr>\n");
        }

        page.Append("</table></div>\n");
        page.Append($"<p>{Text(DiagnosisText.TableNote(report))}</p>\n");
    }

    private static Chart Plot(
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

        return new Chart($"{label} by lag", "lag, timesteps back", label, series) { IsLogarithmic = isLogarithmic };
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
