using System.CommandLine;
using System.Globalization;
using Backflow.Cli.Output;
using Backflow.Experiments.Diagnosis;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow diagnose: why a run does not learn, and which remedy helps.</summary>
internal static class DiagnoseCommand
{
    public static Command Create()
    {
        TrainingOptions options = new();
        Argument<string?> run = new("RUN")
        {
            Description = "The run to diagnose: its id, its name, or the beginning of either; without it, the options of train "
                + "say what to diagnose.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string> budget = new("--budget")
        {
            Description = "How long remedies may be tried: 90s, 2m, 1h; 0 tries none.",
            DefaultValueFactory = static _ => "2m",
            HelpName = "TIME",
        };
        Option<string?> html = new("--html") { Description = "Write the report as one HTML page.", HelpName = "FILE" };
        Option<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        Command command = new DocumentedCommand(
            "diagnose",
            "Say how far back a network learns and what stops it, then try remedies and compare them.",
            """
            backflow diagnose rnn-0001                                        a run, at its newest checkpoint
            backflow diagnose rnn-0001 --budget 5m --html diagnosis.html
            backflow diagnose --task adding --length 50 --cell rnn            before training
            backflow diagnose --task copy-memory --cell rnn --budget 0        measure only
            """)
        {
            run, budget, html, store, json,
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            TimeSpan time = ReadBudget(parsed.GetValue(budget)!);
            string? path = parsed.GetValue(html);
            if (path is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            {
                // Said before the trials, not after them.
                throw new ExperimentException(
                    $"--html {path}: there is no such folder.", "--html diagnosis.html");
            }

            using Interruption interruption = new();
            using RunStore runs = parsed.GetValue(run) is null
                ? RunStore.Open(parsed.GetValue(store)!)
                : RunStore.OpenExisting(parsed.GetValue(store)!);
            bool isJson = parsed.GetValue(json);
            DiagnosisReport report = new DiagnosisProgress(TimeProvider.System, time, isJson).Watch(observer =>
            {
                DiagnosisRun diagnosis = new(runs, time, observer, TimeProvider.System);
                return parsed.GetValue(run) is string word
                    ? diagnosis.Execute(word, interruption.Token)
                    : diagnosis.Execute(options.Read(parsed), interruption.Token);
            });
            DiagnosisPage.Write(report, isJson);
            if (path is not null)
            {
                File.WriteAllText(path, DiagnosisHtml.Write(report));
            }

            return interruption.Token.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Done;
        });
        return command;
    }

    private static TimeSpan ReadBudget(string text)
    {
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        string number = unit > 0 ? text[..^1] : text;
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && (unit > 0 || value == 0) && value * unit < 86_400
            ? TimeSpan.FromSeconds(value * unit)
            : throw new ExperimentException(
                $"--budget must be a time such as 90s, 2m or 1h, below a day, got '{text}'.", "--budget 2m");
    }
}
