using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Cli.Output;
using Backflow.Experiments.Comparison;
using Backflow.Training;
using Backflow.Runs;

namespace Backflow.Cli.Commands;

/// <summary>backflow compare: trains several cells on the same batches, step by step in turn.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        TrainingOptions options = new();
        Option<string> cells = new("--cells")
        {
            Description = $"{CellComparison.FewestCells} to {CellComparison.MostCells} cells with commas: "
                + $"{string.Join(", ", ConfigurationRules.CellNames)}.",
            DefaultValueFactory = static _ => "rnn,lstm",
            HelpName = "NAMES",
        };
        Option<bool> sameSize = new("--same-size")
        {
            Description = "Give every cell the same hidden size, instead of as many parameters as the first.",
        };
        Option<string?> name = new("--name")
        {
            Description = "A name for the comparison; its runs are called NAME/CELL. [default: compare-0001 and so on]",
            HelpName = "NAME",
        };
        Option<string> store = StoreOption.Create();
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
        options.AddTo(command, withCell: false);
        command.Options.Add(name);
        command.Options.Add(store);
        command.Options.Add(json);
        Option<bool> dashboard = serving.AddToTraining(command);
        DeliveryOptions delivery = new();
        delivery.AddTo(command);
        command.SetAction(parsed =>
        {
            TrainingConfiguration configuration = options.Read(parsed);
            ImmutableArray<string> kinds = TrainingOptions.CellsOf(parsed.GetValue(cells)!);
            CellComparison.Validate(configuration, kinds);
            ComparisonOutput output = ComparisonOutput.For(parsed.GetValue(json));
            using RunStore runs = RunStore.Open(parsed.GetValue(store)!);
            TextWriter lines = parsed.GetValue(json) ? Console.Error : Console.Out;
            using DashboardSession? session = parsed.GetValue(dashboard)
                ? DashboardSession.Start(runs, serving.Read(parsed), trains: true)
                : null;
            int exitCode = delivery.Around(parsed, parsed.GetValue(store)!, observe =>
            {
                using CellComparison comparison = CellComparison.Create(
                    runs,
                    configuration,
                    kinds,
                    parsed.GetValue(sameSize),
                    parsed.GetValue(name),
                    "backflow " + string.Join(' ', parsed.Tokens.Select(static token => token.Value)),
                    cell => observe(output.ObserverOf(cell)),
                    TimeProvider.System);
                session?.Announce(lines, $"compare?runs={string.Join(',', comparison.RunIds)}");
                return Run(comparison, output);
            });
            if (exitCode != ExitCodes.Interrupted)
            {
                session?.LingerOnTerminal(lines);
            }

            return exitCode;
        });
        return command;
    }

    private static int Run(CellComparison comparison, ComparisonOutput output)
    {
        using Interruption interruption = new();
        ImmutableArray<ComparedCell> ended = output.Watch(() => comparison.Train(interruption.Token));
        output.OnEnd(comparison.Name, ended);
        return ended.Any(static cell => cell.Summary is { IsInterrupted: true, StoppedBy: null }) ? ExitCodes.Interrupted
            : ended.Any(static cell => cell.Summary is { IsDiverged: false, StoppedBy: not null })
                || ended.All(static cell => cell.Summary.IsDiverged) ? ExitCodes.Failed
            : ExitCodes.Done;
    }
}
