using Backflow.Experiments.Figures;
using Backflow.Experiments.Models;
using Backflow.Telemetry;

namespace Backflow.Cli.Output;

/// <summary>What became of another program's model or scalars, and what can be done with them.</summary>
internal static class ImportPage
{
    public static void Write(ImportReport report, bool isText, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(report);
            return;
        }

        TextLine.Write($"Run {report.Run}: {report.Network}, {NumberText.Count(report.Parameters)} parameters.");
        foreach (string remark in report.Remarks)
        {
            TextLine.Write(remark);
        }

        if (report.Data is not null)
        {
            string success = report.ValidationSuccess is double share ? $", success {NumberText.Share(share)}" : "";
            string loss = report.ValidationLoss is double value ? NumberText.Of(value) : "not measured";
            TextLine.Write($"On {report.Data}: validation loss {loss}{success}.");
            string unit = isText ? "characters" : "timesteps";
            if (report.EffectiveContext is string context)
            {
                TextLine.Write($"Effective context {context}: how many {unit} back it uses its input.");
            }

            if (report.GradientReach is string reach)
            {
                TextLine.Write($"Gradient reach {reach}: how many {unit} back it could learn now.");
            }

            TextLine.Write($"Go on:  {CommandName.Of("resume", report.Run)}");
            TextLine.Write($"Why it learns no further:  {CommandName.Of("diagnose", report.Run)}");
        }

        if (report.Data is not null && isText)
        {
            TextLine.Write($"Write text:  {CommandName.Of("generate", report.Run, "--length", "400")}");
        }

        TextLine.Write($"Take it out:  {CommandName.Of("export", report.Run, "--onnx", "model.onnx")}");
    }

    /// <summary>What became of the scalars of event files.</summary>
    public static void Write(ScalarImportReport report, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(report);
            return;
        }

        string tags = NumberText.Counted(NumberText.Count(report.Tags.Length), "tag");
        string values = NumberText.Counted(NumberText.Count(report.Values), "scalar");
        TextLine.Write($"Run {report.Run}: {values} of {tags}, to step {NumberText.Count(report.LastStep)}.");
        foreach (string remark in report.Remarks)
        {
            TextLine.Write(remark);
        }

        TextLine.Write($"Look at it:  {CommandName.Of("runs", "show", report.Run)}");
        TextLine.Write($"Take it out:  {CommandName.Of("export", report.Run, "--csv", "run.csv")}");
    }
}
