using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow train: trains on text or on a task and keeps it as a run.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        TrainingArguments options = new();
        ValueOption<string?> name = StoreOption.CreateName("my-run", "A name for the run. [default: its id]");
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        DashboardServingOptions serving = new();
        DeliveryOptions delivery = new();
        Command command = new DocumentedCommand(
            "train",
            "Train a recurrent network on text, character by character, or on a task that makes its own sequences.",
            """
            backflow train                                    generated English sentences, an LSTM, under a minute
            backflow train --cell rnn --steps 2000            the same with a plain tanh network
            backflow train --text book.txt --layers 2 --hidden 128 --seq-len 64 --batch 32
            backflow train --text book.txt --epochs 5 --schedule cosine --sample-interval 500
            backflow train --task copy-memory --lag 30 --chrono 50
            backflow train --task adding --length 200 --cell gru
            backflow train --dashboard                        and watch it in the browser
            backflow train --tensorboard logs                 and watch it in TensorBoard
            backflow train --json > log.jsonl                 one JSON object per logged step
            backflow train --config training.toml --seed 2    options from a file, and one beside them
            """);
        options.AddTo(command);
        command.Options.Add(name);
        command.Options.Add(store);
        command.Options.Add(json);
        Option<bool> dashboard = serving.AddToTraining(command);
        delivery.AddTo(command);
        command.SetAction(parsed =>
        {
            TrainingConfiguration configuration = options.ReadChecked(parsed);
            if (options.Prints(parsed))
            {
                Console.Out.Write(ConfigurationFile.Write(configuration, static _ => true));
                return ExitCodes.Done;
            }

            using Interruption interruption = new();
            StandardOutput.MayEnd();
            using TrainingOutput output = TrainingOutput.For(parsed.GetValue(json));
            using RunStore runs = RunStore.Open(parsed.GetValue(store)!);
            TextWriter lines = parsed.GetValue(json) ? Console.Error : Console.Out;
            using DashboardSession? session = parsed.GetValue(dashboard)
                ? DashboardSession.Start(runs, serving.Read(parsed), new CommandWriter(parsed.GetValue(store)!),
                    trains: true)
                : null;
            int exitCode = delivery.Around(parsed, runs, observe =>
            {
                using TrainingRun run = RecordedRun.Create(
                    runs,
                    configuration,
                    parsed.GetValue(name),
                    CommandLines.Typed(parsed),
                    observe(output),
                    TimeProvider.System,
                    new CommandWriter(parsed.GetValue(store)!),
                    TrainingDataSource.WaitFor(configuration, interruption.Token));
                session?.Announce(lines, $"run/{run.RunId}");
                return output.Train(run, interruption);
            });
            if (!interruption.HasCome)
            {
                session?.LingerOnTerminal(lines);
            }

            return exitCode;
        });
        return command;
    }
}
