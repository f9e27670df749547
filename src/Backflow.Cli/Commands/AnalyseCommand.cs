using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Probing;

namespace Backflow.Cli.Commands;

/// <summary>backflow analyse: what a sample of another program's training says.</summary>
internal static class AnalyseCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("FILE")
        {
            Description = "Files that the probe wrote in another program's training.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> isDouble = new("--double")
        {
            Description = "Compute in double with the plain twin of the engine, which is slow.",
        };
        ValueOption<int> threads = ThreadsOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        Command command = new DocumentedCommand(
            "analyse",
            "Compute every gradient of a PyTorch layer by timestep from a file of the probe, and judge it.",
            """
            backflow analyse probe/000000050-000-00.safetensors
            backflow analyse probe/*.safetensors --json          one line of JSON for each file
            backflow analyse sample.safetensors --double
            """)
        {
            files, isDouble, threads, json,
        };
        command.SetAction(parsed =>
        {
            using Interruption interruption = new();
            bool isFirst = true;
            using ProbeReading reading = new(parsed.GetValue(threads));
            foreach (string file in parsed.GetValue(files)!)
            {
                if (interruption.Token.IsCancellationRequested)
                {
                    return interruption.ExitCode;
                }

                ProbeReport report = reading.Read(file, parsed.GetValue(isDouble));
                ProbePage.Write(report, parsed.GetValue(json), isFirst);
                isFirst = false;
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
