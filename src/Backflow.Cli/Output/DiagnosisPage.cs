using Backflow.Experiments.Diagnosis;
using Backflow.Telemetry;
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
            $"{report.RunId ?? "Configuration"}: {report.Description}, parameters of step "
            + $"{NumberText.Count(report.Step)}.");
        TextLine.Write(DiagnosisText.Summary(report));
        Console.Out.WriteLine();
        WriteLayers(report);
        for (int i = 0; i < report.Causes.Length; i++)
        {
            TextLine.Write($"{i + 1}. {report.Causes[i].Meaning}");
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

        if (DiagnosisText.Longer(report) is string longer)
        {
            TextLine.Write($"{longer}  {CommandName.Localise(report.LongerCommand!)}");
        }

        if (report.Best is TrialResult best)
        {
            TextLine.Write($"{DiagnosisText.Adopt(report)}  {CommandName.Localise(best.Command)}");
        }

        if (report.KeptAs is string id)
        {
            TextLine.Write($"Kept as {id}; its page is the report:  {CommandName.Of("dashboard")}");
        }

        if (report.Reused is string reused)
        {
            TextLine.Write($"{reused} --fresh computes all.");
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
                NumberText.Count(layer.Layer),
                layer.Cell,
                NumberText.Of(layer.Horizon),
                NumberText.Of(report.Dependency),
                layer.NotMeasured is null ? NumberText.Of(layer.MeanLogKept + layer.MeanLogRest) : NumberText.Nothing,
                layer.NotMeasured is null ? $"{layer.KeptName} {NumberText.Of(layer.MeanLogKept)}" : NotMeasured,
                layer.NotMeasured is null ? $"{layer.RestName} {NumberText.Of(layer.MeanLogRest)}" : NotMeasured,
                NumberText.Share(layer.MeanSaturation));
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
            FigureColumn.Figure("gradient reach"),
            FigureColumn.Sentence("loss"),
            FigureColumn.Figure("success"),
            FigureColumn.Sentence("runs", 1));
        foreach (TrialResult trial in report.Trials)
        {
            table.Add(
                trial.Name,
                NumberText.Count(trial.Steps),
                DiagnosisText.Reach(trial),
                DiagnosisText.Loss(trial),
                DiagnosisText.Success(trial),
                string.Join(", ", trial.Runs.Select(static run => run.RunId)));
        }

        AnsiConsole.Write(table);
    }
}
