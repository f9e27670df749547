using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace Backflow.Experiments.Diagnosis;

/// <summary>A diagnosis as one HTML page that needs nothing else: no script, no link, no font.</summary>
public static class DiagnosisHtml
{
    private const double Width = 760;
    private const double Height = 240;
    private const double Left = 70;
    private const double Bottom = 34;

    private const string Style =
        """
        :root{color-scheme:light dark}
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8886}
        td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
        code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{overflow-x:auto;background:#8882;padding:.6rem}
        svg{width:100%;height:auto}svg text{fill:currentColor;font-size:12px}.axis{stroke:#888}
        .a{stroke:#2a78c8;fill:none;stroke-width:2}.b{stroke:#d2691e;fill:none;stroke-width:2}.need{stroke:#c33;stroke-dasharray:4 3}
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="report">What was found.</param>
    /// <returns>HTML.</returns>
    public static string Write(DiagnosisReport report)
    {
        StringBuilder page = new();
        string title = $"Diagnosis of {report.RunId ?? "a configuration"}";
        page.Append(Invariant(
            $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{Text(title)}</title><style>{Style}</style>\n"))
            .Append(Invariant($"<h1>{Text(title)}</h1><p>{Text(report.Description)}; parameters of step {report.Step}.</p>\n"))
            .Append(Invariant($"<p><strong>{Text(DiagnosisText.Summary(report))}</strong></p><h2>Causes</h2><ol>\n"));
        foreach (string cause in report.Causes)
        {
            page.Append(Invariant($"<li>{Text(cause)}</li>\n"));
        }

        page.Append("</ol>\n");
        foreach (LayerDiagnosis layer in report.Layers)
        {
            AppendLayer(page, layer, report.Dependency);
        }

        AppendTrials(page, report);
        return page.Append(Invariant($"<h2>What was diagnosed</h2><pre>{Text(report.Command)}</pre></html>\n")).ToString();
    }

    private static void AppendLayer(StringBuilder page, LayerDiagnosis layer, int? dependency)
    {
        page.Append(Invariant($"<h2>Layer {layer.Layer}, {Text(layer.Cell)}</h2>\n"));
        double[] logs = [.. layer.Norms.Reverse().Select(static norm => Math.Log10(Math.Max(norm, 1e-45)))];
        page.Append("<figure>").Append(Plot([("a", logs)], dependency, "log₁₀ of the gradient norm", layer.Norms.Length))
            .Append("<figcaption>Norm of the gradient of the last answer's loss over units and up to 8 sequences, by lag: "
                + "timesteps back from that answer. The dashed line is the task's longest dependency.</figcaption></figure>\n<figure>")
            .Append(Plot(
                [("a", [.. layer.LogKept.Reverse()]), ("b", [.. layer.LogRest.Reverse()])],
                dependency,
                "ln per timestep",
                layer.Norms.Length))
            .Append(Invariant(
                $"<figcaption>What one timestep multiplies the last loss's gradient by, as ln, split exactly: blue the {layer.KeptName} (mean over the horizon {layer.MeanLogKept:F3}), orange the {layer.RestName} ({layer.MeanLogRest:F3}).</figcaption></figure>\n"));
    }

    private static void AppendTrials(StringBuilder page, DiagnosisReport report)
    {
        if (report.Trials.IsEmpty)
        {
            return;
        }

        page.Append("<h2>Remedies tried</h2><table><tr><th>remedy</th><th class=\"n\">steps</th><th class=\"n\">horizon</th>"
            + "<th class=\"n\">loss</th><th class=\"n\">success</th><th>runs</th></tr>\n");
        foreach (TrialResult trial in report.Trials)
        {
            page.Append(Invariant(
                $"<tr><td>{Text(trial.Name)}</td><td class=\"n\">{trial.Steps}</td><td class=\"n\">{DiagnosisText.Horizon(trial)}</td><td class=\"n\">{DiagnosisText.Loss(trial)}</td><td class=\"n\">{DiagnosisText.Success(trial)}</td><td>{Text(string.Join(", ", trial.Runs.Select(static run => run.RunId)))}</td></tr>\n"));
        }

        page.Append("</table>\n");
        if (report.Best is TrialResult best)
        {
            page.Append(Invariant($"<h2>Adopt</h2><p>{Text(best.Name)}:</p><pre>{Text(best.Command)}</pre>\n"));
        }
    }

    private static string Plot(
        ImmutableArray<(string Class, double[] Values)> series, int? dependency, string label, int timesteps)
    {
        double[] all = [.. series.SelectMany(static line => line.Values).Where(double.IsFinite)];
        double low = all.DefaultIfEmpty(0).Min();
        double high = all.DefaultIfEmpty(1).Max();
        double range = Math.Max(high - low, 1e-9);
        double X(double lag) => Left + (lag / Math.Max(1, timesteps - 1) * (Width - Left - 10));
        double Y(double value) => 10 + ((high - value) / range * (Height - Bottom - 10));
        StringBuilder svg = new();
        svg.Append(Invariant($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Text(label)} by lag\">"))
            .Append(Invariant($"<line class=\"axis\" x1=\"{Left}\" y1=\"{Height - Bottom}\" x2=\"{Width - 10}\" y2=\"{Height - Bottom}\"/>"))
            .Append(Invariant($"<text x=\"4\" y=\"18\">{high:G3}</text><text x=\"4\" y=\"{Height - Bottom}\">{low:G3}</text>"))
            .Append(Invariant($"<text x=\"{Left}\" y=\"{Height - 8}\">lag 0</text><text x=\"{Width - 60}\" y=\"{Height - 8}\">lag {timesteps - 1}</text>"))
            .Append(Invariant($"<text x=\"{Width / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Text(label)}</text>"));
        if (dependency is int needed)
        {
            svg.Append(Invariant(
                $"<line class=\"need\" x1=\"{X(needed):F1}\" y1=\"10\" x2=\"{X(needed):F1}\" y2=\"{Height - Bottom}\"/>"));
        }

        foreach ((string name, double[] values) in series)
        {
            string points = string.Join(' ', values.Index().Where(static point => double.IsFinite(point.Item))
                .Select(point => Invariant($"{X(point.Index):F1},{Y(point.Item):F1}")));
            svg.Append(Invariant($"<polyline class=\"{name}\" points=\"{points}\"/>"));
        }

        return svg.Append("</svg>").ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
