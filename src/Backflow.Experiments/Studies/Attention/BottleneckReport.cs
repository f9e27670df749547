using System.Collections.Immutable;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;
using Backflow.Training.Transcription;

namespace Backflow.Experiments.Studies.Attention;

/// <summary>Charts, maps and tables of the scores.</summary>
internal static class BottleneckReport
{
    /// <summary>Symbols, each as likely: guessing gets one of them.</summary>
    private static readonly double Chance = 1.0 / new TranscriberOptions().Symbols;

    /// <summary>A hundredth of a row's largest value: what is below is as dark.</summary>
    private const double DarkestShare = 0.01;

    public static StudyResult Of(BottleneckScores scores, bool isComplete) => new()
    {
        Findings = BottleneckStudy.Findings(scores),
        Figures = [OverLengths(scores), OverSizes(scores), .. StartLines(scores), .. Maps(scores)],
        Summary = Summary(scores),
        Numbers = Numbers(scores),
        IsComplete = isComplete,
    };

    private static Chart OverLengths(BottleneckScores scores) => new(
        $"Symbols copied right against the length, with {NumberText.Count(scores.MappedSize)} units",
        "length of the sequence, T symbols",
        "symbols copied right",
        [
            .. scores.Systems.Select(system => new ChartSeries(
                system.Title,
                [
                    .. Enumerable.Range(1, scores.Longest)
                        .Select(length => scores.Point(system, scores.MappedSize, length)).OfType<ChartPoint>(),
                ])),
            new ChartSeries(
                "guessing",
                [ChartPoint.Exact(1, Chance), ChartPoint.Exact(scores.Longest, Chance)],
                IsReference: true),
        ])
    {
        IsShare = true,
    };

    private static Chart OverSizes(BottleneckScores scores) => new(
        $"Symbols copied right against the state's size, for {NumberText.Count(scores.Middle)} symbols",
        "units of encoder and decoder, H",
        "symbols copied right",
        [
            .. scores.Systems.Select(system => new ChartSeries(
                system.Title,
                [
                    .. scores.Sizes.Select(size => scores.Point(system, size, scores.Middle) is ChartPoint point
                        ? point with { X = size }
                        : (ChartPoint?)null).OfType<ChartPoint>(),
                ])),
        ])
    {
        IsShare = true,
    };

    // The last written symbol before training: the longest way without attention, one hop with it.
    private static IEnumerable<IFigure> StartLines(BottleneckScores scores)
    {
        ImmutableArray<ChartSeries> lines =
        [
            .. Mapped(scores).Where(static trace => trace.End.Before is not null).Select(static trace =>
                new ChartSeries(
                    trace.Trial.System.Title,
                    [.. trace.End.Before![^1].Select(static (norm, t) => ChartPoint.Exact(t, norm))])),
        ];
        if (!lines.IsEmpty)
        {
            yield return new Chart(
                "Before training: the gradient of the last written symbol",
                "timestep t of the input",
                "‖∂L/∂xₜ‖ (ℓ₂ norm over features)",
                lines)
            {
                IsLogarithmic = true,
                Caption = "One sequence, first seed. The decoder writes the last symbol after all others: without "
                    + "attention the gradient passes through every state on its way, with it through one.",
            };
        }
    }

    private static IEnumerable<IFigure> Maps(BottleneckScores scores)
    {
        foreach (BottleneckTrace trace in Mapped(scores))
        {
            string title = trace.Trial.System.Title;
            if (trace.End.Weights is float[][] weights)
            {
                yield return Map(
                    $"Alignment: {title}",
                    [.. weights.Select(static row => (double[])[.. row.Select(static weight => (double)weight)])],
                    "Brightness is the weight α of an input for a written symbol, from a hundredth to 1.");
            }

            if (trace.End.After is double[][] gradients)
            {
                yield return Map(
                    $"Gradient: {title}",
                    [.. gradients.Select(Relative)],
                    "Brightness is ‖∂L/∂xₜ‖ of the loss of a written symbol, divided by the largest of its row, from "
                        + "a hundredth to 1; after training.");
            }
        }
    }

    private static Heatmap Map(string title, double[][] rows, string caption) => new(
        title,
        "timestep t of the input",
        "written symbol u",
        [
            .. Enumerable.Range(0, rows.Length).Select(t => new HeatmapColumn(t, [.. rows.Select(row => row[t])])),
        ])
    {
        Caption = caption,
        Low = DarkestShare,
        High = 1,
    };

    private static double[] Relative(double[] row)
    {
        double largest = row.Max();
        return largest > 0 ? [.. row.Select(norm => norm / largest)] : row;
    }

    private static IEnumerable<BottleneckTrace> Mapped(BottleneckScores scores) =>
        scores.Systems.Select(system => scores.Traces.FirstOrDefault(
            trace => trace.Trial.System == system && trace.Trial.HasMaps)).OfType<BottleneckTrace>();

    private static StudyTable Summary(BottleneckScores scores)
    {
        ImmutableArray<int> lengths =
            [.. new[] { 4, 8, 12, scores.Middle, scores.Longest }.Where(length => length <= scores.Longest).Distinct()];
        return new StudyTable(
            [
                "symbols copied right",
                .. lengths.Select(length => $"H = {scores.MappedSize}, T = {length}"),
                .. scores.Sizes.Where(size => size != scores.MappedSize)
                    .Select(size => $"H = {size}, T = {scores.Middle}"),
            ],
            [
                .. scores.Systems.Select(system => (ImmutableArray<string>)
                [
                    system.Title,
                    .. lengths.Select(length => Cell(scores.Point(system, scores.MappedSize, length))),
                    .. scores.Sizes.Where(size => size != scores.MappedSize)
                        .Select(size => Cell(scores.Point(system, size, scores.Middle))),
                ]),
            ]);

        static string Cell(ChartPoint? point) => point?.Spread(NumberText.Share) ?? NumberText.Nothing;
    }

    private static StudyTable Numbers(BottleneckScores scores) => new(
        ["system", "size", "seed", "length", "symbols-right", "sequences-right"],
        [
            .. scores.Traces.SelectMany(static trace => trace.End.Scores.Select(score => (ImmutableArray<string>)
            [
                trace.Trial.System.Name,
                StudyFigures.Exact(trace.Trial.HiddenSize),
                StudyFigures.Exact(trace.Trial.Plan.Seed),
                StudyFigures.Exact(score.Length),
                StudyFigures.Exact(score.Symbols),
                StudyFigures.Exact(score.Sequences),
            ])),
        ]);
}
