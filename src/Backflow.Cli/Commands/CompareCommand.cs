using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Comparison;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow compare: trains several cells on the same batches, step by step in turn.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        TrainingArguments options = new();
        ValueOption<string> cells = new("cells", ValueRule.Text("rnn,lstm"), "NAMES")
        {
            Description = $"{CellComparison.FewestCells} to {CellComparison.MostCells} cells with commas: "
                + $"{string.Join(", ", ConfigurationRules.CellNames)}.",
            DefaultValueFactory = static _ => "rnn,lstm",
        };
        Option<bool> sameSize = new("--same-size")
        {
            Description = "Give every cell the same hidden size, instead of as many parameters as the first.",
        };
        Option<bool> fresh = new("--fresh")
        {
            Description = "Train all anew, also what the same command has trained before.",
        };
        ValueOption<string?> name = StoreOption.CreateName(
            "my-comparison",
            "A name for the comparison; its runs are called NAME/CELL. [default: compare-0001 and so on]");
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        DashboardServingOptions serving = new();
        Command command = new DocumentedCommand(
            "compare",
            "Train several cells in lockstep: same data, same batches, same seed, as many parameters.",
            """
            backflow compare                                  rnn and lstm on generated English sentences
            backflow compare --dashboard                      and watch them side by side in the browser
            backflow compare --cells rnn,lstm,gru
            backflow compare --cells rnn-tanh,lstm --steps 2000
            backflow compare --task adding --length 100 --cells lstm,gru
            backflow compare --cells lstm,gru --same-size --hidden 64
            """);
        command.Options.Add(cells);
        command.Options.Add(sameSize);
        options.AddTo(command, static row => row.Property == nameof(TrainingConfiguration.Cells));
        command.Options.Add(fresh);
        command.Options.Add(name);
        command.Options.Add(store);
        command.Options.Add(json);
        Option<bool> dashboard = serving.AddToTraining(command);
        DeliveryOptions delivery = new();
        delivery.AddTo(command);
        command.SetAction(parsed =>
        {
            ImmutableArray<string> kinds = CellsOf(parsed.GetValue(cells)!);
            TrainingConfiguration configuration = options.ReadChecked(parsed, common =>
            {
                CellComparison.Validate(common, kinds);
                return [.. kinds.Select(kind => common with { Cells = [kind] })];
            });
            if (options.Prints(parsed))
            {
                Console.Out.Write(ConfigurationFile.Write(
                    configuration, static row => row.Property != nameof(TrainingConfiguration.Cells)));
                return ExitCodes.Done;
            }

            using Interruption interruption = new();
            StandardOutput.MayEnd();
            ComparisonOutput output = ComparisonOutput.For(parsed.GetValue(json));
            using RunStore runs = RunStore.Open(parsed.GetValue(store)!);
            TextWriter lines = parsed.GetValue(json) ? Console.Error : Console.Out;
            using DashboardSession? session = parsed.GetValue(dashboard)
                ? DashboardSession.Start(runs, serving.Read(parsed), new CommandWriter(parsed.GetValue(store)!),
                    trains: true)
                : null;
            int exitCode = delivery.Around(parsed, runs, observe =>
            {
                using CellComparison comparison = CellComparison.Create(
                    runs,
                    configuration,
                    kinds,
                    parsed.GetValue(sameSize),
                    parsed.GetValue(name),
                    CommandLines.Typed(parsed),
                    cell => observe(output.ObserverOf(cell)),
                    TimeProvider.System,
                    new CommandWriter(parsed.GetValue(store)!),
                    parsed.GetValue(fresh),
                    TrainingDataSource.WaitFor(
                        configuration with { Cells = [kinds[0]] }, interruption.Token));
                ExperimentOutput.WarnOf(comparison.Fault);
                session?.Announce(lines, $"compare?runs={string.Join(',', comparison.RunIds)}");
                return Run(comparison, output, interruption);
            });
            if (!interruption.HasCome)
            {
                session?.LingerOnTerminal(lines);
            }

            return exitCode;
        });
        return command;
    }

    private static ImmutableArray<string> CellsOf(string names) =>
        [.. names.Split(',', StringSplitOptions.TrimEntries).Select(ConfigurationRules.CellName)];

    private static int Run(CellComparison comparison, ComparisonOutput output, Interruption interruption)
    {
        output.OnGoingOn(comparison.Note);
        interruption.OnSave(comparison.RequestCheckpoints);
        ImmutableArray<ComparedCell> ended = output.Watch(() => comparison.Train(interruption.Token));
        output.OnEnd(comparison.Name, ended);
        return ended.Any(static cell => cell.Summary is { IsInterrupted: true, StoppedBy: null })
                ? interruption.ExitCode
            : ended.Any(static cell => cell.Summary is { IsDiverged: false, StoppedBy: not null })
                || ended.All(static cell => cell.Summary.IsDiverged) ? ExitCodes.Failed
            : ExitCodes.Done;
    }
}
