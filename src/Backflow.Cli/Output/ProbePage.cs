using System.Collections.Immutable;
using Backflow.Experiments.Probing;
using Backflow.Telemetry;
using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>What a probe file says as one page of text, or as one line of JSON.</summary>
internal static class ProbePage
{
    public static void Write(ProbeReport report, bool isJson, bool isFirst)
    {
        if (isJson)
        {
            JsonOutput.Write(report);
            return;
        }

        if (!isFirst)
        {
            Console.Out.WriteLine();
        }

        string loss = report.Loss is double value ? $", loss {NumberText.Of(value)}" : "";
        string model = report.Model.Length == 0 ? "" : $"{report.Model}, ";
        TextLine.Write($"{report.File}: {model}{report.Framework}, step {NumberText.Count(report.Step)}{loss}.");
        FigureTable table = new(
            FigureColumn.Word("layer"),
            FigureColumn.Figure("units"),
            FigureColumn.Figure("timesteps"),
            FigureColumn.Figure("sequences"),
            FigureColumn.Figure("‖∂L/∂h‖ first"),
            FigureColumn.Figure("last"),
            FigureColumn.Figure("gradient reach"),
            FigureColumn.Word("checks"));
        foreach (ProbedLayerReport layer in report.Layers)
        {
            bool isShown = !layer.HiddenGradientNorm.IsEmpty;
            table.Add(
                layer.Title,
                NumberText.Count(layer.Units),
                NumberText.Count(layer.Timesteps),
                NumberText.Count(layer.Sequences),
                isShown ? NumberText.Of(layer.HiddenGradientNorm[0]) : "–",
                isShown ? NumberText.Of(layer.HiddenGradientNorm[^1]) : "–",
                ReachOf(layer),
                layer.Trust);
        }

        AnsiConsole.Write(table);
        foreach (ProbedLayerReport layer in report.Layers.Where(static layer => layer.Trust == "unconfirmed"))
        {
            TextLine.Write(layer.Reason);
        }

        Write(report.Verdicts);
    }

    /// <summary>A sample as one line, and what is newly unhealthy.</summary>
    public static void WriteLine(ProbeReport report, ImmutableArray<ProbeVerdict> verdicts)
    {
        string loss = report.Loss is double value ? $", loss {NumberText.Of(value)}" : "";
        IEnumerable<string> reaches = report.Layers
            .Where(static layer => layer.GradientReachLimit is not null)
            .Select(static layer => $"{layer.Title}: {ReachOf(layer)}");
        TextLine.Write($"step {NumberText.Count(report.Step)}{loss}; gradient reach {string.Join("; ", reaches)}");
        Write(verdicts);
    }

    private static void Write(ImmutableArray<ProbeVerdict> verdicts)
    {
        foreach (ProbeVerdict verdict in verdicts)
        {
            TextLine.Write($"{verdict.Rule}: {verdict.Meaning}");
            foreach (string remedy in verdict.Remedies)
            {
                TextLine.Write($"  try: {remedy}");
            }
        }
    }

    private static string ReachOf(ProbedLayerReport layer) =>
        layer.GradientGrowth is double growth ? $"grows ×{NumberText.Of(growth)}"
        : layer.GradientReach is double reach
            ? $"{NumberText.Of(reach)} of {NumberText.Count(layer.GradientReachLimit!.Value)}"
            : "–";
}
