using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Verification;
using Backflow.Telemetry;
using Backflow.Training;
using Spectre.Console;

namespace Backflow.Cli.Commands;

/// <summary>backflow gradcheck: proves on this machine that the gradients are right.</summary>
internal static class GradcheckCommand
{
    public static Command Create()
    {
        ValueOption<string?> fixtures = new("fixtures", ValueRule.Path("fixtures"), "DIR")
        {
            Description = "Check every safetensors file of recorded gradients in this folder instead.",
        };
        ValueOption<ulong> seed = new("seed", ValueRule.Whole<ulong>(0, "1"), "N")
        {
            Description = "The seed of parameters and inputs.",
            DefaultValueFactory = static _ => 1,
        };
        Option<bool> json = StoreOption.CreateJson();
        Command command = new DocumentedCommand(
            "gradcheck",
            "Check the gradients of every cell on this machine: the backward pass in double against central "
            + "differences of the loss, and the float engine against the double one. Exits with 1 if a check fails.",
            """
            backflow gradcheck
            backflow gradcheck --fixtures tests/Backflow.Engine.Tests/Fixtures
            """)
        {
            fixtures, seed, json,
        };
        command.SetAction(parsed =>
        {
            using Interruption interruption = new();
            string? folder = parsed.GetValue(fixtures);
            if (folder is not null && parsed.GetResult(seed) is { Implicit: false })
            {
                throw new ExperimentException(
                    $"{"Seed":setting} has no effect: fixtures hold their parameters and inputs.",
                    $"Leave out {"Seed":setting} or {"Fixtures":setting}.");
            }

            ImmutableArray<string> files = folder is null ? [] : GradientChecks.FindFixtures(folder);
            IEnumerable<GradientCheckRow> rows = folder is null
                ? GradientChecks.CheckCells(parsed.GetValue(seed), interruption.Token)
                : GradientChecks.CheckFixtures(files, interruption.Token);
            int count = folder is null ? GradientChecks.CellRows : files.Length;
            try
            {
                return parsed.GetValue(json)
                    ? WriteJson(rows)
                    : WriteTable(rows, count, isFixtures: folder is not null);
            }
            catch (OperationCanceledException)
            {
                return interruption.ExitCode;
            }
        });
        return command;
    }

    private static int WriteJson(IEnumerable<GradientCheckRow> rows)
    {
        int exitCode = JsonOutput.WriteRows(rows, static row => row.Passed);
        JsonOutput.Write(new JsonWarning("note", GradientChecks.Arithmetic()));
        return exitCode;
    }

    private static int WriteTable(IEnumerable<GradientCheckRow> rows, int count, bool isFixtures)
    {
        List<GradientCheckRow> done = Collect(rows, count);
        FigureTable table = new(
            FigureColumn.Word(isFixtures ? "fixture" : "cell"),
            FigureColumn.Word("sizes"),
            FigureColumn.Figure("entries", 3),
            FigureColumn.Figure(isFixtures ? "double" : "differences"),
            FigureColumn.Word(isFixtures ? "at (double)" : "at (differences)", 2),
            FigureColumn.Figure("float"),
            FigureColumn.Word("at (float)", 1),
            FigureColumn.Word("result"));
        foreach (GradientCheckRow row in done)
        {
            table.Add(
                new Style(row.Passed ? Color.Default : Color.Red),
                row.Subject,
                row.Sizes,
                NumberText.Count(row.Entries),
                NumberText.Of(row.DoubleDeviation),
                row.DoubleTensor,
                NumberText.Of(row.FloatDeviation),
                row.FloatTensor,
                row.Passed ? "passed" : "FAILED");
        }

        AnsiConsole.Write(table);
        foreach (GradientCheckRow row in done.Where(static row => row.Failure is not null))
        {
            Console.Out.WriteLine($"{row.Subject}: {row.Failure}");
        }

        foreach (string cell in isFixtures ? [] : GradientChecks.UncheckedCells)
        {
            Console.Out.WriteLine($"{cell}: not checked, because the cell has no double twin.");
        }

        TextLine.Write(GradientChecks.Arithmetic());
        double limit = isFixtures ? GradientChecks.FixtureDoubleTolerance : GradientChecks.DifferenceTolerance;
        double floatLimit = isFixtures ? GradientChecks.FixtureFloatTolerance : GradientChecks.FloatTolerance;
        int failed = done.Count(static row => !row.Passed);
        TextLine.Write(
            $"{NumberText.Count(done.Count - failed)} of {NumberText.Count(done.Count)} checks passed. Largest "
            + "deviation in double "
            + $"{NumberText.Of(done.Max(static row => row.DoubleDeviation))} (allowed {NumberText.Of(limit)}), of the "
            + $"float engine {NumberText.Of(done.Max(static row => row.FloatDeviation))} "
            + $"(allowed {NumberText.Of(floatLimit)}).");
        return failed == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    // A bar while checks run, where a person watches.
    private static List<GradientCheckRow> Collect(IEnumerable<GradientCheckRow> rows, int count)
    {
        if (!Terminal.CanRedraw)
        {
            return [.. rows];
        }

        List<GradientCheckRow> done = [];
        TerminalBar.Watch("checking gradients", show =>
        {
            foreach (GradientCheckRow row in rows)
            {
                done.Add(row);
                show(
                    (double)done.Count / count,
                    $"{NumberText.Count(done.Count)} of {NumberText.Count(count)} checks · {row.Subject} {row.Sizes}");
            }
        });
        return done;
    }
}
