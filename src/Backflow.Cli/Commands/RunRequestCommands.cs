using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Runs.Requests;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow runs pause, continue, stop and change: ask something of a run that is trained.</summary>
internal static class RunRequestCommands
{
    public static IEnumerable<Command> Create() =>
    [
        CreateOf("pause", "Have a run that is trained wait.", RunRequestKind.Pause, "will wait"),
        CreateOf("continue", "Have a run that waits go on.", RunRequestKind.Continue, "will go on"),
        CreateOf(
            "stop",
            "Have a run that is trained end with a checkpoint.",
            RunRequestKind.Stop,
            "will end with a checkpoint"),
        CreateRate(),
    ];

    private static Command CreateOf(string name, string description, RunRequestKind kind, string promise)
    {
        Argument<string> run = StoreOption.CreateRunInFull();
        ValueOption<string> store = StoreOption.Create();
        Command command = new(name, description) { run, store };
        command.SetAction(parsed =>
            Ask(parsed.GetValue(store)!, parsed.GetValue(run)!, kind, promise));
        return command;
    }

    private static Command CreateRate()
    {
        Argument<string> run = StoreOption.CreateRunInFull();
        TrainingOption row = TrainingOptions.OfProperty(nameof(TrainingConfiguration.LearningRate))!;
        ValueOption<double> rate = new(row.Name, row.Values, "N")
        {
            Description = "The peak learning rate from its next step on; a schedule goes on from there.",
            Required = true,
        };
        ValueOption<string> store = StoreOption.Create();
        Command command = new("change", "Change the learning rate of a run that is trained.") { run, rate, store };
        command.SetAction(parsed => Ask(
            parsed.GetValue(store)!,
            parsed.GetValue(run)!,
            RunRequestKind.LearningRate,
            "will learn at the new rate",
            parsed.GetValue(rate)));
        return command;
    }

    private static int Ask(string store, string word, RunRequestKind kind, string promise, double? rate = null)
    {
        using RunStore runs = RunStore.OpenExisting(store);
        RunManifest run = runs.FindRunInFull(word);
        RunControl.Ask(runs, run.Id, kind, rate);
        Console.Out.WriteLine($"Run {run.Id} {promise} after the step that it is doing.");
        return ExitCodes.Done;
    }
}
