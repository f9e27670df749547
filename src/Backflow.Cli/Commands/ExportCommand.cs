using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Figures;
using Backflow.Experiments.Models;
using Backflow.Runs;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow export: the network of a run, or its figures, as files of other programs.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Argument<string> run = StoreOption.CreateRun();
        ValueOption<string?> onnx = new("onnx", ValueRule.Path("model.onnx"), "FILE")
        {
            Description = "Write an ONNX model, which ONNX Runtime computes: carried states are inputs and outputs.",
        };
        ValueOption<string?> safetensors = new("safetensors", ValueRule.Path("model.safetensors"), "FILE")
        {
            Description = "Write the weights under the names of a module of PyTorch.",
        };
        ValueOption<string?> tensorboard = new("tensorboard", ValueRule.Path("logs"), "FOLDER")
        {
            Description = "Write an event file of TensorBoard into FOLDER/RUN: scalars, histograms and heatmaps of the "
                + "gradients, verdicts.",
        };
        ValueOption<string?> parquet = new("parquet", ValueRule.Path("run.parquet"), "FILE")
        {
            Description = "Write all numbers of the run as one long table for DuckDB, pandas and Polars.",
        };
        ValueOption<string?> csv = new("csv", ValueRule.Path("run.csv"), "FILE")
        {
            Description = "Write the table of --parquet as text.",
        };
        Option<bool> overwrite = new("--overwrite")
        {
            Description = "Replace files that are there even where they are no earlier exports.",
        };
        ValueOption<long?> step = new("step", ValueRule.Whole<long>(0, "500"), "N")
        {
            Description = "The step of a checkpoint of the run.",
            DefaultWords = "the newest",
        };
        Option<bool> best = new("--best")
        {
            Description = "Use the checkpoint with the lowest validation loss instead of the newest.",
        };
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        Command command = new DocumentedCommand(
            "export",
            "Write the network of a run for ONNX Runtime or PyTorch, or its figures for TensorBoard, DuckDB and "
            + "pandas.",
            """
            backflow export lstm-0001 --onnx model.onnx
            backflow export lstm-0001 --tensorboard logs      and see them with tensorboard --logdir logs
            backflow export lstm-0001 --parquet run.parquet --csv run.csv
            backflow export lstm-0001 --best --safetensors model.safetensors
            backflow export lstm-0001 --step 500 --onnx early.onnx --safetensors early.safetensors
            """)
        {
            run, onnx, safetensors, tensorboard, parquet, csv, step, best, overwrite, store, json,
        };
        command.SetAction(parsed =>
        {
            string? graph = parsed.GetValue(onnx);
            string? weights = parsed.GetValue(safetensors);
            string? events = parsed.GetValue(tensorboard);
            string? columns = parsed.GetValue(parquet);
            string? lines = parsed.GetValue(csv);
            bool isNetwork = graph is not null || weights is not null;
            bool isFigures = events is not null || columns is not null || lines is not null;
            if (!isNetwork && !isFigures)
            {
                throw new ExperimentException(
                    "An export needs a format and a file.", $"Give {onnx.Name} model.onnx or {parquet.Name} FILE.");
            }

            RequireApart((onnx, graph), (safetensors, weights), (parquet, columns), (csv, lines));
            if (parsed.GetValue(step) is not null && parsed.GetValue(best))
            {
                throw new ExperimentException(
                    $"{step.Name} and {best.Name} name two checkpoints.", $"Leave out {best.Name}.");
            }

            if (!isNetwork && (parsed.GetValue(step) is not null || parsed.GetValue(best)))
            {
                string surplus = parsed.GetValue(best) ? best.Name : step.Name;
                throw new ExperimentException(
                    $"{surplus} names a checkpoint, and figures are of all steps.",
                    $"Leave out {surplus}, or give {onnx.Name} or {safetensors.Name} too.");
            }

            using Interruption interruption = new();
            StandardOutput.MayEnd();
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            bool isJson = parsed.GetValue(json);
            bool replaces = parsed.GetValue(overwrite);
            ExportedModel? model = isNetwork
                ? ExportedModel.Load(runs, parsed.GetValue(run)!, parsed.GetValue(step), parsed.GetValue(best))
                : null;
            FigureExport? figures = isFigures ? FigureExport.Open(runs, parsed.GetValue(run)!) : null;
            if (graph is not null)
            {
                model!.WriteOnnx(graph, replaces);
            }

            string? python = weights is null ? null : model!.WriteSafetensors(weights, replaces);
            string? eventFile = null;
            long? rows = null;
            List<(string, Action<Action<double>>)> parts = [];
            if (events is not null)
            {
                parts.Add((events, share =>
                    eventFile = figures!.WriteEvents(events, replaces, share, interruption.Token)));
            }

            if (columns is not null)
            {
                parts.Add((columns, share =>
                    rows = figures!.WriteParquet(columns, replaces, share, interruption.Token)));
            }

            if (lines is not null)
            {
                parts.Add((lines, share => rows = figures!.WriteCsv(lines, replaces, share, interruption.Token)));
            }

            try
            {
                new PartProgress(TimeProvider.System).Watch(isJson, parts);
            }
            catch (OperationCanceledException) when (interruption.HasCome)
            {
                Console.Error.WriteLine("Interrupted: the file that was being written is as it was before.");
                return interruption.ExitCode;
            }

            Write(
                new JsonExport(
                    "export",
                    model?.RunId ?? figures!.RunId,
                    model?.Step,
                    graph,
                    weights,
                    python,
                    eventFile,
                    columns,
                    lines,
                    rows),
                isJson);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void RequireApart(params (Option Option, string? Path)[] files)
    {
        (Option Option, string Path)[] given =
        [
            .. files.Where(static file => file.Path is not null)
                .Select(static file => (file.Option, Path.GetFullPath(file.Path!))),
        ];
        for (int i = 1; i < given.Length; i++)
        {
            if (given[..i].FirstOrDefault(file => file.Path == given[i].Path).Option is Option other)
            {
                throw new ExperimentException(
                    $"{other.Name} and {given[i].Option.Name} name one file.", "Give each a file of its own.");
            }
        }
    }

    private static void Write(JsonExport done, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(done);
            return;
        }

        foreach (string path in (IEnumerable<string>)[.. Given(done.Onnx), .. Given(done.Safetensors)])
        {
            TextLine.Write($"Wrote run {done.Run}, step {NumberText.Count(done.Step ?? 0)}, to {path}.");
        }

        foreach (string path in Given(done.EventFile))
        {
            TextLine.Write($"Wrote run {done.Run} to {path}.");
        }

        foreach (string path in (IEnumerable<string>)[.. Given(done.Parquet), .. Given(done.Csv)])
        {
            string rows = NumberText.Counted(NumberText.Count(done.Rows ?? 0), "row");
            TextLine.Write($"Wrote run {done.Run}, {rows}, to {path}.");
        }

        if (done.Python is string python)
        {
            TextLine.Write("PyTorch loads it into a module with");
            foreach (string line in python.Split('\n'))
            {
                TextLine.Write($"    {line}");
            }
        }

        static string[] Given(string? path) => path is null ? [] : [path];
    }
}
