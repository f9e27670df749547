using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Verification;
using Backflow.Telemetry;
using Spectre.Console;

namespace Backflow.Cli.Commands;

/// <summary>backflow onnxcheck: holds recorded ONNX models against the engine.</summary>
internal static class OnnxCheckCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("DIR")
        {
            Description = "A folder whose folders hold model.onnx, in_NAME.npy and out_NAME.npy.",
        };
        Option<bool> json = StoreOption.CreateJson();
        Command command = new DocumentedCommand(
            "onnxcheck",
            "Run ONNX models on recorded inputs and compare with their recorded outputs: a recurrent node by the "
            + "specification's equations and by the engine, a network by the engine. Exits with 1 if one differs.",
            """
            backflow onnxcheck tests/Backflow.Exchange.Tests/Onnx/NodeTests
            backflow onnxcheck models --json          one line of JSON for each model
            """)
        {
            folder, json,
        };
        command.SetAction(parsed =>
        {
            using Interruption interruption = new();
            IEnumerable<OnnxModelRow> rows =
                OnnxChecks.Check(OnnxChecks.Find(parsed.GetValue(folder)!), interruption.Token);
            try
            {
                return parsed.GetValue(json)
                    ? JsonOutput.WriteRows(rows, static row => row.Passed)
                    : WriteTable([.. rows]);
            }
            catch (OperationCanceledException)
            {
                return interruption.ExitCode;
            }
        });
        return command;
    }

    private static int WriteTable(ImmutableArray<OnnxModelRow> rows)
    {
        FigureTable table = new(
            FigureColumn.Word("model"),
            FigureColumn.Word("holds"),
            FigureColumn.Figure("entries", 1),
            FigureColumn.Figure("specification"),
            FigureColumn.Figure("engine"),
            FigureColumn.Word("result"));
        foreach (OnnxModelRow row in rows)
        {
            table.Add(
                new Style(row.Passed ? Color.Default : Color.Red),
                row.Name,
                row.Subject.Length == 0 ? NumberText.Nothing : row.Subject,
                NumberText.Count(row.Entries),
                NumberText.Of(row.SpecificationDeviation),
                NumberText.Of(row.EngineDeviation),
                row.Passed ? "passed" : "FAILED");
        }

        AnsiConsole.Write(table);
        foreach (OnnxModelRow row in rows.Where(static row => row.Remark is not null))
        {
            TextLine.Write($"{row.Name}: {row.Remark}");
        }

        int failed = rows.Count(static row => !row.Passed);
        TextLine.Write(
            $"{NumberText.Count(rows.Length - failed)} of {NumberText.Count(rows.Length)} models passed "
            + $"(allowed {NumberText.Of(OnnxChecks.Tolerance)}).");
        return failed == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }
}
