using System.Collections.Immutable;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Flows;

/// <summary>Lines over traces of one kind: medians over seeds.</summary>
internal static class FlowCharts
{
    /// <summary>The axis of a training loss.</summary>
    public const string TrainingLoss = "mean squared error of the training batches since the point before";

    /// <summary>The axis of a profile over timesteps.</summary>
    public static string Relative(string state) =>
        $"‖∂L/∂{state}‖ n timesteps back ÷ ‖∂L/∂{state}‖ of the last timestep (ℓ₂ norms over units and batch, a ratio)";

    /// <summary>A value over the steps, a line for every kind of trial.</summary>
    public static ImmutableArray<ChartSeries> OverSteps(
        ImmutableArray<FlowTrace> traces, Func<FlowSnapshot, double> value) =>
    [
        .. traces.GroupBy(static trace => trace.Trial.Line).Select(line => new ChartSeries(
            line.Key,
            [
                .. line.SelectMany(static trace => trace.Snapshots).GroupBy(static snapshot => snapshot.Step)
                    .OrderBy(static seeds => seeds.Key)
                    .Select(seeds => ChartPoint.Of(
                        seeds.Key, [.. seeds.Select(value).Where(double.IsFinite).DefaultIfEmpty(double.NaN)])),
            ])),
    ];

    /// <summary>A profile over timesteps back, relative to the last timestep, a line for every kind of trial.</summary>
    public static ImmutableArray<ChartSeries> OverTimesteps(
        ImmutableArray<FlowTrace> traces, Func<FlowTrace, float[]> norms) =>
    [
        .. traces.GroupBy(static trace => trace.Trial.Line).Select(line =>
        {
            ImmutableArray<float[]> profiles = [.. line.Select(norms)];
            return new ChartSeries(
                line.Key,
                [
                    .. Enumerable.Range(0, profiles[0].Length).Select(n =>
                        ChartPoint.Of(n, [.. profiles.Select(profile => (double)profile[^(1 + n)] / profile[^1])])),
                ]);
        }),
    ];

    /// <summary>Median, least and largest of a value as text; a dash where there is no value.</summary>
    public static string Spread(IEnumerable<double> values)
    {
        double[] seeds = [.. values];
        return seeds.Length == 0 ? NumberText.Nothing : ChartPoint.Of(0, seeds).Spread();
    }

    /// <summary>The numbers of all traces: a row for every snapshot.</summary>
    public static StudyTable Numbers(ImmutableArray<FlowTrace> traces) => new(
        [
            "line", "length", "seed", "step", "loss", "gradient-norm", "layer", "first-norm", "last-norm", "horizon",
            "cell-horizon",
        ],
        [
            .. traces.SelectMany(static trace => trace.Snapshots.SelectMany(snapshot =>
                Enumerable.Range(0, snapshot.Hidden.Length).Select(layer => (ImmutableArray<string>)
                [
                    trace.Trial.Line,
                    StudyFigures.Exact(snapshot.Hidden[layer].Length),
                    StudyFigures.Exact(trace.Trial.Configuration.Seed),
                    StudyFigures.Exact(snapshot.Step),
                    StudyFigures.Exact(snapshot.Loss),
                    StudyFigures.Exact(snapshot.GradientNorm),
                    StudyFigures.Exact(layer),
                    StudyFigures.Exact(snapshot.Hidden[layer][0]),
                    StudyFigures.Exact(snapshot.Hidden[layer][^1]),
                    snapshot.Horizon(layer) is int horizon ? StudyFigures.Exact(horizon) : string.Empty,
                    snapshot.CellHorizon is int cell ? StudyFigures.Exact(cell) : string.Empty,
                ]))),
        ]);
}
