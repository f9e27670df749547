using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Studies;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow experiment: answers one of the textbook's questions with real networks.</summary>
internal static class ExperimentCommand
{
    public static Command Create()
    {
        Command command = new DocumentedCommand(
            "experiment",
            "Answer a question by experiment: a table and two sentences here, the result as a run, a report with "
            + "charts and a CSV file beside it. Without a name: list all.",
            """
            backflow experiment list
            backflow experiment gradient-norm
            backflow experiment copy-memory --seeds 5 --output reports
            backflow experiment adding --full
            """);
        Command list = new("list", "List all experiments with their questions.");
        Option<bool> json = StoreOption.CreateJson();
        list.Options.Add(json);
        list.SetAction(parsed => ExperimentOutput.WriteList(parsed.GetValue(json)));
        command.Subcommands.Add(list);
        foreach (IStudy study in StudyCatalogue.All)
        {
            command.Subcommands.Add(CreateStudy(study));
        }

        command.SetAction(static _ => ExperimentOutput.WriteList(isJson: false));
        return command;
    }

    private static Command CreateStudy(IStudy study)
    {
        ExperimentOptions options = new();
        Command command = new DocumentedCommand(
            study.Name,
            study.Question,
            $"""
            backflow experiment {study.Name}
            backflow experiment {study.Name} --quick --output /tmp/reports
            backflow experiment {study.Name} {(study.HasSeeds ? "--seeds 2 " : string.Empty)}--seed 7 --json
            """);
        options.AddTo(command, study.HasSeeds);
        command.SetAction(parsed =>
        {
            StudyOptions asked = options.Read(parsed);
            bool isJson = options.IsJson(parsed);
            string typed = CommandLines.Typed(parsed);
            using Interruption interruption = new();
            StandardOutput.MayEnd();
            using RunStore runs = RunStore.Open(options.Store(parsed));
            using StudyRun run = new(
                study, asked, runs, options.Folder(parsed), typed, TimeProvider.System, options.IsFresh(parsed));
            StudyOutcome outcome = new ExperimentProgress(TimeProvider.System, isSilent: isJson)
                .Watch(progress => run.Compute(progress, interruption.Token));
            try
            {
                run.Record(outcome);
            }
            finally
            {
                ExperimentOutput.WarnOf(run.Fault);

                // What the store did not take is at least here.
                ExperimentOutput.Write(study, asked, typed, outcome, isJson);
                run.WriteFiles(outcome);
                ExperimentOutput.WriteFiles(outcome, isJson);
            }

            return outcome.Result.IsComplete ? ExitCodes.Done : interruption.ExitCode;
        });
        return command;
    }

    /// <summary>The options that all experiments share.</summary>
    private sealed class ExperimentOptions
    {
        private const int MostSeeds = 10_000;
        private const int MostThreads = 1024;

        private readonly Option<bool> _quick =
            new("--quick") { Description = "Seconds: shows that it works, and says nothing." };
        private readonly Option<bool> _full =
            new("--full") { Description = "The published settings; hours where networks are trained." };

        private readonly ValueOption<int?> _seeds = new("seeds", ValueRule.Whole<int>(1, "3", MostSeeds), "N")
        {
            Description = "How many seeds, from 1. [default: what the size says]",
        };

        private readonly ValueOption<ulong> _seed = new("seed", ValueRule.Whole<ulong>(0, "1"), "N")
        {
            Description = "The first seed; further ones count up from it.",
            DefaultValueFactory = static _ => 1,
        };

        private readonly ValueOption<int?> _threads = new("threads", ValueRule.Whole<int>(1, "2", MostThreads), "N")
        {
            Description = "Networks at once; it changes no number. [default: one per core]",
        };

        private readonly Option<bool> _fresh = new("--fresh")
        {
            Description = "Compute all parts, also those that were finished before.",
        };

        private readonly ValueOption<string> _output = new("output", ValueRule.Path("reports"), "DIR")
        {
            Description = "The folder for the report and its numbers; files that are there stay.",
            DefaultValueFactory = static _ => "reports",
        };

        private readonly ValueOption<string> _store = StoreOption.Create();
        private readonly Option<bool> _json = StoreOption.CreateJson();

        public void AddTo(Command command, bool hasSeeds)
        {
            ReadOnlySpan<Option> options = hasSeeds
                ? [_quick, _full, _seeds, _seed, _threads, _fresh, _output, _store, _json]
                : [_quick, _full, _seed, _threads, _fresh, _output, _store, _json];
            foreach (Option option in options)
            {
                command.Options.Add(option);
            }
        }

        public StudyOptions Read(ParseResult parsed)
        {
            bool isQuick = parsed.GetValue(_quick);
            bool isFull = parsed.GetValue(_full);
            if (isQuick && isFull)
            {
                throw new ExperimentException("--quick and --full exclude each other.", "Leave out one of them.");
            }

            int? seeds = parsed.GetValue(_seeds);
            int threads = parsed.GetValue(_threads) ?? Environment.ProcessorCount;
            StudySize size = isFull ? StudySize.Full : isQuick ? StudySize.Quick : StudySize.Default;
            return new StudyOptions(size, parsed.GetValue(_seed), threads, seeds);
        }

        public bool IsFresh(ParseResult parsed) => parsed.GetValue(_fresh);

        public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

        public string Folder(ParseResult parsed) => parsed.GetValue(_output)!;

        public string Store(ParseResult parsed) => parsed.GetValue(_store)!;
    }
}
