using System.Collections.Immutable;
using System.Globalization;
using Backflow.Experiments.Benchmarks;
using Backflow.Training;
using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>Prints what was timed for people.</summary>
internal static class BenchTable
{
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
                row.Repeats.ToString(CultureInfo.InvariantCulture),
                Milliseconds(row.ForwardMs),
                Milliseconds(row.TotalMs),
                Milliseconds(row.MinimumMs),
                row.Gflops.ToString("0", CultureInfo.InvariantCulture),
                row.PeakGflops.ToString("0", CultureInfo.InvariantCulture),
                Percent(row.PeakPercent, "0"),
                Percent(row.TelemetryPercent, "+0.0;-0.0;0.0"),
                Percent(row.RecurrentPercent, "0"),
                Also(row));
        }

        AnsiConsole.Write(table);
        TextLine.Write(
            $"{MachineDescription.Current}; {rows[0].Threads} {(rows[0].Threads == 1 ? "thread" : "threads")}, "
            + $"{rows[0].VectorBits}-bit kernels, Backflow {MachineDescription.ProductVersion}.");
        if (TileUse.Describe(rows[^1], TimeProvider.System, TileRequest.Text) is string tiles)
        {
            TextLine.Write(tiles);
        }

        TextLine.Write(
            "Shapes: CELL,H,I,T,B one layer, forward and backward with all gradients; step:CELL,H,T,B the training step of "
            + "a character model; char:CELL,H one character. Medians. Peak: multiply-adds probed between the runs. "
            + "Telemetry: cost of every ‖∂L/∂hₜ‖, over pairs of runs. Recurrent: share of the recurrent layers in the step. "
            + "Also, for long:CELL,H,T: what computing gates again adds to the whole and to the backward pass, and memory; "
            + "for vanish:CELL,H,T,B: what gradients that vanish add to the backward pass; for a step: what the training thread "
            + "allocates, how often a thread waited for a lock, and how often all threads meet.");
    }

    private static string Also(BenchmarkRow row) => row switch
    {
        { Recompute: LongSequenceFigures figures } => string.Create(
            CultureInfo.InvariantCulture,
            $"{figures.TotalPercent:+0;-0;0} % ({figures.BackwardPercent:+0;-0;0} %), {figures.Megabytes:0} of {figures.KeptMegabytes:0} MB"),
        { VanishingPercent: double percent } => Percent(percent, "+0.0;-0.0;0.0"),
        { Counts: StepCounts counts } => string.Create(
            CultureInfo.InvariantCulture,
            $"{counts.Steps} steps: {counts.AllocatedBytes} B, {counts.ContendedLocks} waits, {counts.PhasesPerStep:0.##} phases each"),
        _ => Figures.Nothing,
    };

    private static string Milliseconds(double value) => value.ToString(
        value switch { < 1 => "0.0000", < 10 => "0.000", < 100 => "0.00", _ => "0.0" }, CultureInfo.InvariantCulture);

    private static string Percent(double? value, string format) =>
        value is double number ? number.ToString(format, CultureInfo.InvariantCulture) + " %" : Figures.Nothing;
}
