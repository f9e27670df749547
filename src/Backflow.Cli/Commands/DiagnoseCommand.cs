using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Diagnosis;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow diagnose: why a run does not learn, and which remedy helps.</summary>
internal static class DiagnoseCommand
{
    private const string Html = "Html";

    public static Command Create()
    {
        TrainingArguments options = new();
        Argument<string?> run = new("RUN")
        {
            Description = "The run to diagnose: its id, its name, or the beginning of either; without it, the options "
                + "of train say what to diagnose.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        ValueOption<string> budget = new("budget", ValueRule.Text("2m"), "TIME")
        {
            Description = "How long remedies may be tried: 90s, 2m, 1h; 0 tries none.",
            DefaultValueFactory = static _ => "2m",
        };
        Option<bool> fresh = new("--fresh")
        {
            Description = "Compute all trials, also those that were finished before.",
        };
        ValueOption<string?> html = new("html", ValueRule.Path("diagnosis.html"), "FILE")
        {
            Description = "Write the report as one HTML page.",
        };
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        Command command = new DocumentedCommand(
            "diagnose",
            "Say how far back a network learns and what stops it, then try remedies and compare them.",
            """
            backflow diagnose rnn-0001                                        a run, at its newest checkpoint
            backflow diagnose rnn-0001 --budget 5m --html diagnosis.html
            backflow diagnose lstm-0001 --text moved/book.txt                 a run whose text has moved
            backflow diagnose --task adding --length 50 --cell rnn            before training
            backflow diagnose --task copy-memory --cell rnn --budget 0        measure only
            """)
        {
            run, budget, fresh, html, store, json,
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            TrialBudget given = TrialBudget.Read(parsed.GetValue(budget)!);
            string? path = parsed.GetValue(html);
            if (path is not null)
            {
                // Said before the trials, not after them.
                RequirePlace(path);
            }

            if (parsed.GetValue(run) is not null && options.Given(parsed).FirstOrDefault(IsOfNoRun) is string surplus)
            {
                throw new ExperimentException(
                    $"{surplus} has no effect: a run is diagnosed as it was trained.",
                    $"Leave out {surplus}, or the run.");
            }

            TrainingConfiguration? asked = parsed.GetValue(run) is null
                ? options.ReadChecked(parsed, whyUnused: row => DiagnosisOptions.WhyUnused(row, given.Time))
                : null;
            if (asked is not null && options.Prints(parsed))
            {
                Console.Out.Write(ConfigurationFile.Write(asked, static _ => true));
                return ExitCodes.Done;
            }

            using Interruption interruption = new();
            StandardOutput.MayEnd();
            using RunStore runs = parsed.GetValue(run) is null
                ? RunStore.Open(parsed.GetValue(store)!)
                : RunStore.OpenExisting(parsed.GetValue(store)!);
            bool isJson = parsed.GetValue(json);
            using DiagnosisRun diagnosis = new(
                runs, given.Time, TimeProvider.System, new CommandWriter(parsed.GetValue(store)!))
            {
                IsFresh = parsed.GetValue(fresh),
                CommandLine = CommandLines.Typed(parsed),
                LongerCommand = given.Enlarge(CommandLines.Typed(parsed)),
            };
            DiagnosisReport report = new DiagnosisProgress(TimeProvider.System, given.Time, isJson).Watch(observer =>
                asked is null
                    ? diagnosis.Execute(
                        parsed.GetValue(run)!, options.Read(parsed).TextPath, observer, interruption.Token)
                    : diagnosis.Execute(asked, observer, interruption.Token));
            try
            {
                diagnosis.Record(report);
            }
            finally
            {
                ExperimentOutput.WarnOf(diagnosis.Fault);

                // What the store did not take is at least here.
                DiagnosisPage.Write(report, isJson);
                if (path is not null)
                {
                    ReportFile.Write(
                        $"The diagnosis above stands, and its trials are in the store. Free some space, or give "
                        + $"{Html:setting} another file, and run the same command again: finished trials are not "
                        + $"computed again.",
                        (path, DiagnosisLayout.Html(report)));
                }
            }

            return interruption.HasCome ? interruption.ExitCode : ExitCodes.Done;
        });
        return command;
    }

    // A run is diagnosed as it was trained, but its text may have moved.
    private static bool IsOfNoRun(string option) =>
        option != OptionNames.OfProperty(nameof(TrainingConfiguration.TextPath));

    private static void RequirePlace(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        string? reason = !Directory.Exists(folder) ? "there is no such folder."
            : Directory.Exists(path) ? "it is a folder."
            : File.Exists(path) ? null
            : ReportFile.WhyClosed(folder);
        if (reason is not null)
        {
            throw new ExperimentException($"{Html:setting} {path}: {reason}", new Setting(Html, "diagnosis.html"));
        }
    }
}
