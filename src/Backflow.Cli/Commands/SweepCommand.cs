using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Recording;
using Backflow.Experiments.Sweeps;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow sweep: trains many combinations of settings, and says which is best and what mattered.</summary>
internal static class SweepCommand
{
    private const string Html = "Html";
    private const int MostParallel = 1024;

    public static Command Create()
    {
        SweepArguments sweep = new();
        ValueOption<int> parallel = CreateParallel();
        Option<bool> dryRun = new("--dry-run")
        {
            Description = "List the trainings with their commands, and train nothing.",
        };
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        Command command = new DocumentedCommand(
            "sweep",
            "Train many combinations of settings from several seeds, several at once, one thread each. The same "
            + "command goes on where it was left.",
            """
            backflow sweep --task adding --length 50 --grid cell=rnn,lstm,gru --seeds 5
            backflow sweep --task adding --grid forget-bias=0,1,3 --random lr=1e-4..1e-1:log --samples 20
            backflow sweep --task copy-memory --random lr=1e-4..1e-1:log --samples 27 --rungs 3    stop the worse early
            backflow sweep lags.toml                          settings, [grid], [random], [halving], [budget]
            backflow sweep lags.toml --dry-run                list what would be trained
            backflow sweep status lags
            backflow sweep cancel lags                        end it with checkpoints, from any terminal
            backflow sweep resume lags
            backflow sweep report lags --html lags.html
            """)
        {
            CreateStatus(), CreateCancel(), CreateResume(), CreateReport(),
        };
        sweep.AddTo(command);
        command.Options.Add(parallel);
        command.Options.Add(dryRun);
        command.Options.Add(store);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            SweepPlan plan = sweep.Read(parsed);
            string? name = sweep.NameOf(parsed);
            CommandWriter commands = new(parsed.GetValue(store)!);
            bool isJson = parsed.GetValue(json);
            if (parsed.GetValue(dryRun))
            {
                SweepPage.WritePlan(plan, name ?? "NAME", commands, isJson);
                return ExitCodes.Done;
            }

            using Interruption interruption = new();
            StandardOutput.MayEnd();
            using RunStore runs = RunStore.Open(parsed.GetValue(store)!);
            using SweepRun run = SweepRun.Begin(
                runs, plan, name, CommandLines.Typed(parsed), TimeProvider.System, commands);
            return Train(run, parsed.GetValue(parallel), isJson, interruption);
        });
        return command;
    }

    private static ValueOption<int> CreateParallel() => new(
        "parallel", ValueRule.Whole<int>(1, "2", MostParallel), "N")
    {
        Description = "Trainings at once, one thread each; it changes no number.",
        DefaultWords = "one per core",
        DefaultValueFactory = static _ => Environment.ProcessorCount,
    };

    private static Argument<string> CreateName() => new("NAME")
    {
        Description = "The sweep: its whole name, or the id of its run.",
    };

    private static Command CreateStatus()
    {
        Argument<string?> name = new("NAME")
        {
            Description = "The sweep: its whole name, or the id of its run; without it, all sweeps are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        Command command = new("status", "Say where each training of a sweep stands.") { name, store, json };
        command.SetAction(parsed =>
        {
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            if (parsed.GetValue(name) is string word)
            {
                SweepPage.WriteStatus(StoredSweep.Report(runs, word), parsed.GetValue(json));
            }
            else
            {
                SweepPage.WriteList(StoredSweep.List(runs), parsed.GetValue(json));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreateCancel()
    {
        Argument<string> name = CreateName();
        ValueOption<string> store = StoreOption.Create();
        Command command = new("cancel", "Have the process that works on a sweep end it with checkpoints.")
        {
            name, store,
        };
        command.SetAction(parsed =>
        {
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            string word = parsed.GetValue(name)!;
            RunManifest? sweep = StoredSweep.Cancel(runs, word);
            TextLine.Write(sweep is null
                ? $"No process works on sweep {word}; it goes on when asked:  {GoOn(word)}"
                : $"Sweep {sweep.Name} will end with checkpoints. Go on later:  {GoOn(sweep.Name)}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreateResume()
    {
        Argument<string> name = CreateName();
        ValueOption<int> parallel = CreateParallel();
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        Command command = new(
            "resume", "Go on with a sweep: what is finished stays, the rest goes on from its checkpoints.")
        {
            name, parallel, store, json,
        };
        command.SetAction(parsed =>
        {
            using Interruption interruption = new();
            StandardOutput.MayEnd();
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            using SweepRun run = SweepRun.GoOn(
                runs,
                parsed.GetValue(name)!,
                TimeProvider.System,
                new CommandWriter(parsed.GetValue(store)!));
            return Train(run, parsed.GetValue(parallel), parsed.GetValue(json), interruption);
        });
        return command;
    }

    private static Command CreateReport()
    {
        Argument<string> name = CreateName();
        ValueOption<string?> html = new("html", ValueRule.Path("lags.html"), "FILE")
        {
            Description = "Write the report as one HTML page, with all points as parallel coordinates.",
        };
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        Command command = new(
            "report", "Show the points of a sweep, the best first, and how much each option explains.")
        {
            name, html, store, json,
        };
        command.SetAction(parsed =>
        {
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            SweepReport report = StoredSweep.Report(
                runs, parsed.GetValue(name)!, new CommandWriter(parsed.GetValue(store)!));
            SweepPage.Write(report, parsed.GetValue(json));
            if (parsed.GetValue(html) is string path)
            {
                ReportFile.Write(
                    $"The report above stands. Free some space, or give {Html:setting} another file.",
                    (path, SweepLayout.Html(report)));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static int Train(SweepRun run, int parallel, bool isJson, Interruption interruption)
    {
        interruption.OnSave(run.RequestCheckpoints);
        SweepPage.WriteBegin(run, parallel, isJson);
        SweepReport report = new ExperimentProgress(TimeProvider.System, isJson).Watch(progress =>
            run.Train(new LocalEngine(parallel), progress, interruption.Token));
        try
        {
            run.Record(report);
        }
        finally
        {
            // What the store did not take is at least here.
            SweepPage.Write(report, isJson);
        }

        return report.End == SweepEnd.Interrupted ? interruption.ExitCode
            : report.End == SweepEnd.Complete && report.Counts.Completed == 0 ? ExitCodes.Failed
            : ExitCodes.Done;
    }

    private static string GoOn(string name) => CommandName.Of("sweep", "resume", name);
}
