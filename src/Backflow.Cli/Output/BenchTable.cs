using System.Collections.Immutable;
using Backflow.Experiments.Benchmarks;
using Backflow.Telemetry;
using Backflow.Training;
using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>Prints what was timed for people.</summary>
internal static class BenchTable
{
    private const double Percent = 100;

    /// <summary>The shapes alone.</summary>
    public static void WriteShapes(ImmutableArray<BenchmarkShape> shapes, bool isJson)
    {
        foreach (BenchmarkShape shape in shapes)
        {
            if (isJson)
            {
                JsonOutput.Write(new JsonBenchmarkShape(shape.ToString(), OperationCount.Of(shape)));
            }
            else
            {
                Console.Out.WriteLine(shape.ToString());
            }
        }
    }

    /// <summary>The table, with the words that it needs.</summary>
    public static void Write(IReadOnlyList<BenchmarkRow> rows)
    {
        FigureTable table = new(
            FigureColumn.Word("shape"),
            FigureColumn.Figure("runs", 1),
            FigureColumn.Figure("forward ms", 3),
            FigureColumn.Figure("total ms"),
            FigureColumn.Figure("fastest", 2),
            FigureColumn.Figure("GFLOP/s"),
            FigureColumn.Figure("peak", 4),
            FigureColumn.Figure("of peak"),
            FigureColumn.Figure("telemetry", 6),
            FigureColumn.Figure("recurrent", 5),
            FigureColumn.Sentence("also", 7));
        foreach (BenchmarkRow row in rows)
        {
            table.Add(
                row.Shape,
                NumberText.Count(row.Repeats),
                NumberText.Of(row.ForwardMs),
                NumberText.Of(row.TotalMs),
                NumberText.Of(row.MinimumMs),
                NumberText.Of(row.Gflops),
                NumberText.Of(row.PeakGflops),
                NumberText.Share(row.PeakPercent / Percent),
                Change(row.TelemetryPercent),
                NumberText.Share(row.RecurrentPercent / Percent),
                Also(row));
        }

        AnsiConsole.Write(table);
        TextLine.Write(
            $"{MachineDescription.Current}; {NumberText.Counted(NumberText.Count(rows[0].Threads), "thread")}, "
            + $"{rows[0].VectorBits}-bit kernels, Backflow {MachineDescription.ProductVersion}.");
        if (TileUse.Describe(rows[^1], TimeProvider.System, TileRequest.Text) is string tiles)
        {
            TextLine.Write(tiles);
        }

        TextLine.Write(
            "Shapes: CELL,H,I,T,B one layer, forward and backward with all gradients; step:CELL,H,T,B the training "
            + "step of a character model; char:CELL,H one character. Medians. Peak: multiply-adds probed between the "
            + "runs. Telemetry: cost of every ‖∂L/∂hₜ‖, over pairs of runs. Recurrent: share of the recurrent layers "
            + "in the step. Also, for long:CELL,H,T: what computing gates again adds to the whole and to the backward "
            + "pass, and memory; for vanish:CELL,H,T,B: what gradients that vanish add to the backward pass; for a "
            + "step: what the training thread allocates, how often a thread waited for a lock, and how often all "
            + "threads meet.");
    }

    private static string Also(BenchmarkRow row) => row switch
    {
        { Recompute: LongSequenceFigures figures } =>
            $"{Change(figures.TotalPercent)} ({Change(figures.BackwardPercent)}), "
            + $"{NumberText.Count(figures.Megabytes)} of {NumberText.Count(figures.KeptMegabytes)} MB",
        { VanishingPercent: double percent } => Change(percent),
        { Counts: StepCounts counts } =>
            $"{NumberText.Count(counts.Steps)} steps: {NumberText.Count(counts.AllocatedBytes)} B, "
            + $"{NumberText.Count(counts.ContendedLocks)} waits, {NumberText.Of(counts.PhasesPerStep)} phases each",
        _ => NumberText.Nothing,
    };

    // What something adds, with its sign.
    private static string Change(double? percent) =>
        (percent > 0 ? "+" : string.Empty) + NumberText.Share(percent / Percent);
}
