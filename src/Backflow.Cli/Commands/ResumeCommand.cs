using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow resume: goes on from a checkpoint, to the same bits as a run that was never interrupted.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        Argument<string> run = StoreOption.CreateRunInFull();
        ValueOption<long?> fromStep = new("from-step", ValueRule.Whole<long>(0, "500"), "STEP")
        {
            Description = "Go on from the checkpoint of this step. [default: the newest; of a run that diverged the "
                + "newest that proved good]",
        };
        ValueOption<long?> steps = Of<long?>(nameof(TrainingConfiguration.Steps), "Train to this many steps in all.");
        ValueOption<int?> threads = Of<int?>(nameof(TrainingConfiguration.Threads), "Threads. [default: as before]");
        ValueOption<string?> text =
            Of<string?>(nameof(TrainingConfiguration.TextPath), "Where the text is now, if it has moved.");
        ValueOption<string?> onVerdict = Of<string?>(
            nameof(TrainingConfiguration.OnVerdict),
            "What a verdict does from here on, such as warn for a run that stop has ended. [default: as before]");
        Option<bool> withoutChanges = new("--without-changes")
        {
            Description = "Forget the learning rates that were asked for after that step, instead of taking each again "
                + "at its step.",
        };
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        Command command = new DocumentedCommand(
            "resume",
            "Go on with a run from its newest checkpoint; the result has the same bits as without the "
            + "interruption.",
            """
            backflow resume lstm-0001
            backflow resume lstm-0001 --steps 5000            further than first planned
            backflow resume lstm-0001 --from-step 500         from an older checkpoint
            backflow resume lstm-0001 --on-verdict warn       past the verdict that stopped it
            backflow resume lstm-0001 --from-step 500 --without-changes
            """)
        {
            run, fromStep, steps, threads, text, onVerdict, withoutChanges, store, json,
        };
        DeliveryOptions delivery = new();
        delivery.AddTo(command);
        command.SetAction(parsed =>
        {
            using Interruption interruption = new();
            StandardOutput.MayEnd();
            using TrainingOutput output = TrainingOutput.For(parsed.GetValue(json));
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            return delivery.Around(parsed, runs, observe =>
            {
                using TrainingRun training = RecordedRun.Resume(
                    runs,
                    parsed.GetValue(run)!,
                    configuration => configuration with
                    {
                        Steps = parsed.GetValue(steps) ?? configuration.Steps,
                        Threads = parsed.GetValue(threads) ?? configuration.Threads,
                        OnVerdict = parsed.GetValue(onVerdict) ?? configuration.OnVerdict,
                        TextPath = parsed.GetValue(text) is string path
                            ? Path.GetFullPath(path)
                            : configuration.TextPath,
                    },
                    parsed.GetValue(fromStep),
                    observe(output),
                    TimeProvider.System,
                    new CommandWriter(parsed.GetValue(store)!),
                    repeatsChanges: !parsed.GetValue(withoutChanges),
                    cancellation: interruption.Token);
                return output.Train(training, interruption);
            });
        });
        return command;
    }

    // The option of a row, with what it means for a run that goes on.
    private static ValueOption<T> Of<T>(string property, string description)
    {
        TrainingOption row = TrainingOptions.OfProperty(property)!;
        return new ValueOption<T>(row.Name, row.Values, row.Unit) { Description = description };
    }
}
