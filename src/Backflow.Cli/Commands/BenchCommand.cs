using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Benchmarks;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow bench: how fast the engine is on this machine, beside what the machine can do.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        BenchShapeOptions shapes = new();
        ValueOption<int> threads = ThreadsOption.Create();
        ValueOption<double> seconds = new(
            "seconds", ValueRule.Real(new OptionRange(0, BenchmarkOptions.MaximumSeconds, ExcludesLeast: true), "1"),
            "S")
        {
            Description = "Seconds of measuring for each shape, beside its warm-up.",
            DefaultValueFactory = static _ => 1,
        };
        ValueOption<int?> repeats = new("repeats", ValueRule.Whole<int>(1, "21", BenchmarkOptions.MaximumRepeats), "N")
        {
            Description = "Time exactly this many runs of each shape, however long they take.",
        };
        Option<bool> list = new("--list") { Description = "Print the shapes and time none." };
        Option<bool> json = StoreOption.CreateJson();
        Command command = new DocumentedCommand(
            "bench",
            "Measure how fast the engine trains on this machine: time, operations per second, their share of the "
            + "processor's peak probed between the runs, and what telemetry costs.",
            """
            backflow bench                                     the small set, one thread, under half a minute
            backflow bench --shapes all --threads 2
            backflow bench --cell lstm --filter ,32            LSTMs at batch 32
            backflow bench --shape lstm,256,256,128,32         CELL,H,I,T,B: one layer
            backflow bench --shape step:gru,128,64,32          CELL,H,T,B: the step of a 2-layer character model
            backflow bench --shape char:lstm,512 --repeats 500 --json
            backflow bench --shape long:lstm,128,100000        one long sequence, gates kept and computed again
            backflow bench --shape vanish:lstm,128,256,1       gradients that vanish beside gradients that do not
            """);
        shapes.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[threads, seconds, repeats, list, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            ImmutableArray<BenchmarkShape> chosen = shapes.Read(parsed);
            if (parsed.GetValue(list))
            {
                BenchTable.WriteShapes(chosen, parsed.GetValue(json));
                return ExitCodes.Done;
            }

            if (parsed.GetValue(repeats) is not null && parsed.GetResult(seconds) is { Implicit: false })
            {
                throw new ExperimentException(
                    $"{"Seconds":setting} has no effect: {"Repeats":setting} says how many runs are timed.",
                    $"Leave out {"Seconds":setting} or {"Repeats":setting}.");
            }

            BenchmarkOptions options = new()
            {
                Threads = parsed.GetValue(threads),
                Seconds = parsed.GetValue(seconds),
                Repeats = parsed.GetValue(repeats),
            };
            options.Validate();
            return Measure(chosen, options, parsed.GetValue(json));
        });
        return command;
    }

    private static int Measure(ImmutableArray<BenchmarkShape> shapes, BenchmarkOptions options, bool isJson)
    {
        using Interruption interruption = new();
        BenchmarkRunner runner = new(options, TimeProvider.System);
        List<BenchmarkRow> rows = [];
        try
        {
            BenchProgress progress = new(shapes, TimeProvider.System, isSilent: isJson);
            progress.Watch(shape =>
            {
                BenchmarkRow row = runner.Measure(shape, interruption.Token);
                rows.Add(row);
                if (isJson)
                {
                    JsonOutput.Write(row);
                }
            });
        }
        catch (OperationCanceledException)
        {
            WriteTable(rows, isJson);
            return interruption.ExitCode;
        }

        WriteTable(rows, isJson);
        return ExitCodes.Done;
    }

    private static void WriteTable(List<BenchmarkRow> rows, bool isJson)
    {
        if (!isJson && rows.Count > 0)
        {
            BenchTable.Write(rows);
        }
    }

    /// <summary>The options that say what is timed.</summary>
    private sealed class BenchShapeOptions
    {
        private readonly ValueOption<string> _set = new("shapes", ValueRule.Text("all"), "SET")
        {
            Description = "The set of shapes: small or all.",
            DefaultValueFactory = static _ => BenchmarkShapes.DefaultSet,
        };

        private readonly ValueOption<string?> _cell = new("cell", ValueRule.Text("lstm"), "NAME")
        {
            Description = "Only shapes of this cell, such as lstm, gru or rnn.",
        };

        private readonly ValueOption<string?> _filter = new("filter", ValueRule.Text("lstm,128"), "TEXT")
        {
            Description = "Only shapes whose text contains this, such as lstm,128 or step.",
        };

        private readonly Option<string[]> _shapes = new("--shape")
        {
            Description = "A shape of your own in place of a set; may be given again.",
            HelpName = "SHAPE",
        };

        public void AddTo(Command command)
        {
            foreach (Option option in (ReadOnlySpan<Option>)[_set, _cell, _filter, _shapes])
            {
                command.Options.Add(option);
            }
        }

        public ImmutableArray<BenchmarkShape> Read(ParseResult parsed)
        {
            string[] own = parsed.GetValue(_shapes) ?? [];
            if (own.Length == 0)
            {
                return BenchmarkShapes.Select(
                    parsed.GetValue(_set)!, parsed.GetValue(_cell), parsed.GetValue(_filter));
            }

            Option? surplus = Array.Find<Option>(
                [_set, _cell, _filter], option => parsed.GetResult(option) is OptionResult { Implicit: false });
            return surplus is null
                ? [.. own.Select(BenchmarkShape.Parse)]
                : throw new ExperimentException(
                    $"{surplus.Name} chooses from a set and {"Shape":setting} replaces it: give one of the two.",
                    CommandName.Of("bench", "--shape", own[0]));
        }
    }
}
