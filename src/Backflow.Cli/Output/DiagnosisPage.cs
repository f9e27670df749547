using System.Globalization;
using Backflow.Experiments.Diagnosis;
using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>A diagnosis as one page of text, or as one line of JSON.</summary>
internal static class DiagnosisPage
{
    private const string NotMeasured = "not measured";

    public static void Write(DiagnosisReport report, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(report);
            return;
        }

        TextLine.Write(
            $"{report.RunId ?? "Configuration"}: {report.Description}, parameters of step {report.Step:N0}.");
        TextLine.Write(DiagnosisText.Summary(report));
        Console.Out.WriteLine();
        WriteLayers(report);
        for (int i = 0; i < report.Causes.Length; i++)
        {
            TextLine.Write($"{i + 1}. {report.Causes[i]}");
        }

        if (!report.Trials.IsEmpty)
        {
            Console.Out.WriteLine();
            WriteTrials(report);
            TextLine.Write(DiagnosisText.TableNote(report));
            Console.Out.WriteLine();
        }

        if (DiagnosisText.Confirmation(report) is string confirmation)
        {
            TextLine.Write(confirmation);
        }

        if (report.Best is TrialResult best)
        {
            TextLine.Write($"{DiagnosisText.Adopt(report)}  {CommandName.Localise(best.Command)}");
        }
    }

    private static void WriteLayers(DiagnosisReport report)
    {
        FigureTable table = new(
            FigureColumn.Figure("layer"),
            FigureColumn.Word("cell"),
            FigureColumn.Figure("horizon"),
            FigureColumn.Figure("needed", 1),
            FigureColumn.Figure("ln per timestep"),
            FigureColumn.Sentence("of which"),
            FigureColumn.Sentence("and"),
            FigureColumn.Figure("saturated", 2));
        foreach (LayerDiagnosis layer in report.Layers)
        {
            table.Add(
                Number(layer.Layer, "0"),
                layer.Cell,
                layer.Horizon is int horizon ? Number(horizon, "0") : Figures.Nothing,
                report.Dependency is int needed ? Number(needed, "0") : Figures.Nothing,
                Number(layer.MeanLogKept + layer.MeanLogRest, "0.000"),
                layer.NotMeasured is null ? $"{layer.KeptName} {Number(layer.MeanLogKept, "0.000")}" : NotMeasured,
                layer.NotMeasured is null ? $"{layer.RestName} {Number(layer.MeanLogRest, "0.000")}" : NotMeasured,
                Number(100 * layer.MeanSaturation, "0") + " %");
        }

        AnsiConsole.Write(table);
        foreach (LayerDiagnosis layer in report.Layers.Where(static layer => !layer.Paths.IsEmpty))
        {
            TextLine.Write($"Layer {layer.Layer}, {layer.RestName}: {DiagnosisText.Paths(layer)}.");
        }
    }

    private static void WriteTrials(DiagnosisReport report)
    {
        FigureTable table = new(
            FigureColumn.Sentence("remedy"),
            FigureColumn.Figure("steps"),
            FigureColumn.Figure("horizon"),
            FigureColumn.Sentence("loss"),
            FigureColumn.Figure("success"),
            FigureColumn.Sentence("runs", 1));
        foreach (TrialResult trial in report.Trials)
        {
            table.Add(
                trial.Name,
                Number(trial.Steps, "0"),
                DiagnosisText.Horizon(trial),
                DiagnosisText.Loss(trial),
                DiagnosisText.Success(trial),
                string.Join(", ", trial.Runs.Select(static run => run.RunId)));
        }

        AnsiConsole.Write(table);
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
