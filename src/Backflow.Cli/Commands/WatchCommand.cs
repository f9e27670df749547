using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Probing;
using Backflow.Runs;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow watch: another program's training as a live run.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("FOLDER")
        {
            Description = "The folder that the probe writes to.",
        };
        Option<bool> once = new("--once")
        {
            Description = "Take what is there now, and end.",
        };
        ValueOption<int> threads = ThreadsOption.Create();
        ValueOption<string?> name = StoreOption.CreateName("my-run", "A name for the run. [default: its id]");
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        DashboardServingOptions serving = new();
        Command command = new DocumentedCommand(
            "watch",
            "Record a PyTorch training as a run while it goes on, from the files that the probe writes.",
            """
            backflow watch probe --dashboard                  and see it in the browser
            backflow watch probe --once --name first-try      what is there now
            backflow watch /shared/probe --json               one JSON object for each sample
            """)
        {
            folder, once, threads, name, store, json,
        };
        Option<bool> dashboard = serving.AddToTraining(command);
        command.SetAction(parsed =>
        {
            using Interruption interruption = new();
            StandardOutput.MayEnd();
            using RunStore runs = RunStore.Open(parsed.GetValue(store)!);
            bool isJson = parsed.GetValue(json);
            TextWriter lines = isJson ? Console.Error : Console.Out;
            using DashboardSession? session = parsed.GetValue(dashboard)
                ? DashboardSession.Start(
                    runs, serving.Read(parsed), new CommandWriter(parsed.GetValue(store)!), trains: true)
                : null;
            Observer observer = new(isJson, lines, session);
            string path = parsed.GetValue(folder)!;
            if (!parsed.GetValue(once))
            {
                lines.WriteLine($"Waits for samples in {Terminal.Show(path)}. Ctrl+C ends it.");
            }

            int taken = 0;
            try
            {
                using ProbeWatch watch =
                    new(runs, path, parsed.GetValue(name), CommandLines.Typed(parsed), observer);
                taken = watch.Run(parsed.GetValue(once), parsed.GetValue(threads), interruption.Token);
            }
            catch (OperationCanceledException)
            {
                // What was recorded stays.
            }

            if (interruption.HasCome)
            {
                return interruption.ExitCode;
            }

            if (taken == 0)
            {
                throw new ExperimentException(
                    $"There is no sample in {path}.",
                    "Call backflow.watch(model, folder=…) in the training, and name its folder.");
            }

            session?.LingerOnTerminal(lines);
            return ExitCodes.Done;
        });
        return command;
    }

    private sealed class Observer(bool isJson, TextWriter lines, DashboardSession? session) : IProbeObserver
    {
        public void Began(string runId)
        {
            lines.WriteLine($"Records run {runId}.");
            session?.Announce(lines, $"run/{runId}");
        }

        public void Took(ProbeReport report, ImmutableArray<ProbeVerdict> isNew)
        {
            if (isJson)
            {
                JsonOutput.Write(report);
                return;
            }

            ProbePage.WriteLine(report, isNew);
        }

        public void TookContext(long step, long sequences, EffectiveContext context)
        {
            if (isJson)
            {
                JsonOutput.Write(new JsonContext(
                    "context", step, sequences, context.Lags, context.IsAtLeast, context.Rule));
                return;
            }

            TextLine.Write(
                $"step {NumberText.Count(step)}; effective context {ReachText.Of(context)}: how many timesteps back it "
                + $"uses its input, over {NumberText.Count(sequences)} sequences");
        }

        public void PassedOver(string message, string remedy)
        {
            Console.Error.WriteLine($"warning: {Terminal.Show(message)}");
            Console.Error.WriteLine($"  try: {Terminal.Show(remedy)}");
        }
    }
}
