using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Models;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow export: the network of a run as a file of another program.</summary>
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
            "Write the network of a run for ONNX Runtime or PyTorch.",
            """
            backflow export lstm-0001 --onnx model.onnx
            backflow export lstm-0001 --best --safetensors model.safetensors
            backflow export lstm-0001 --step 500 --onnx early.onnx --safetensors early.safetensors
            """)
        {
            run, onnx, safetensors, step, best, store, json,
        };
        command.SetAction(parsed =>
        {
            string? graph = parsed.GetValue(onnx);
            string? weights = parsed.GetValue(safetensors);
            if (graph is null && weights is null)
            {
                throw new ExperimentException(
                    "An export needs a format and a file.", $"Give {onnx.Name} model.onnx or {safetensors.Name} FILE.");
            }

            if (graph is not null && weights is not null && Path.GetFullPath(graph) == Path.GetFullPath(weights))
            {
                throw new ExperimentException(
                    $"{onnx.Name} and {safetensors.Name} name one file.", "Give each a file of its own.");
            }

            if (parsed.GetValue(step) is not null && parsed.GetValue(best))
            {
                throw new ExperimentException(
                    $"{step.Name} and {best.Name} name two checkpoints.", $"Leave out {best.Name}.");
            }

            StandardOutput.MayEnd();
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            ExportedModel model =
                ExportedModel.Load(runs, parsed.GetValue(run)!, parsed.GetValue(step), parsed.GetValue(best));
            if (graph is not null)
            {
                model.WriteOnnx(graph);
            }

            string? python = weights is null ? null : model.WriteSafetensors(weights);
            Write(new JsonExport("export", model.RunId, model.Step, graph, weights, python), parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
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
            TextLine.Write($"Wrote run {done.Run}, step {Telemetry.NumberText.Count(done.Step)}, to {path}.");
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
