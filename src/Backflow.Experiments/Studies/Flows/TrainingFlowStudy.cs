using System.Collections.Immutable;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Studies.Flows;

/// <summary>
/// The gradient of every timestep and layer of a plain RNN while it is trained, on short and long sequences.
/// </summary>
internal sealed class TrainingFlowStudy : IStudy
{
    private const int Layers = 2;
    private const double HeatmapLow = 1e-8;

    public string Name => "training-flow";

    public string Question =>
        "What happens to the gradient of each timestep while an RNN is trained on T = 10, 50 and 100?";

    public string Method =>
        "A tanh RNN with two layers of 32 units on the adding problem (Le, Jaitly & Hinton 2015), a loss at the last "
        + "timestep alone; PyTorch's initialisation, Adam, learning rate 0.001, batch 32, clipping at norm 1. Shown is "
        + "‖∂L/∂hₜ‖ of each layer, the total gradient: ℓ₂ norm over units and batch, loss averaged over the batch, "
        + "before clipping. Horizon: the farthest timestep back above 1 % of the last. Layers count from 0, the one "
        + "that reads the input. Heatmaps show the first seed.";

    public ImmutableArray<string> Cells => ["rnn"];

    public StudyResult Run(StudyOptions options, Action<StudyProgress> progress, CancellationToken cancellation)
    {
        (int[] lengths, long steps) = options.Size switch
        {
            StudySize.Quick => ([5, 8], 20L),
            StudySize.Default => ([10, 50, 100], 1500L),
            _ => ((int[])[10, 50, 100], 10_000L),
        };
        ImmutableArray<FlowTrial> trials =
        [
            .. lengths.SelectMany(length => options.SeedsOf(1, 3, 10).Select(seed => new FlowTrial(
                $"T = {length}",
                new TrainingConfiguration
                {
                    Task = "adding",
                    TaskOptions = FlowTasks.Length(length),
                    SequenceLength = length,
                    CarryState = false,
                    Cells = ["rnn"],
                    Layers = Layers,
                    HiddenSize = 32,
                    LearningRate = 0.001,
                    Steps = steps,
                    Seed = seed,
                },
                Snapshots: 60))),
        ];
        ImmutableArray<FlowTrace> done = StudyWork.Run(
            trials,
            options,
            static trial => trial.Configuration.SequenceLength,
            static (trial, report, token) => trial.Run(report, token),
            static trace => trace.ToString(),
            progress,
            cancellation,
            FlowTrial.Form);
        return done.IsEmpty ? StudyResult.Nothing : Report(done, done.Length == trials.Length);
    }

    /// <summary>Two sentences from horizons and losses.</summary>
    internal static ImmutableArray<string> Findings(ImmutableArray<Row> rows)
    {
        string ratios = StudyFigures.List([.. rows.Select(static row =>
            $"from {NumberText.Of(row.FirstRatio)} to {NumberText.Of(row.LastRatio)} ({row.Name})")]);
        Row[] learnt = [.. rows.Where(static row => row.Loss < row.MemorylessLoss / 2)];
        Row[] others = [.. rows.Where(static row => !(row.Loss < row.MemorylessLoss / 2))];
        string outcome = learnt.Length == 0 ? "The task is learnt at no length"
            : others.Length == 0 ? "The task is learnt at every length"
            : $"The task is learnt at {Names(learnt)} and not at {Names(others)}";
        string horizons = StudyFigures.List(
            [.. rows.Select(static row => $"{NumberText.Of(row.LastHorizon)} ({row.Name})")]);
        return
        [
            $"While training goes on, the first timestep's gradient in layer 0, relative to the last timestep's, goes "
                + $"{ratios}.",
            $"{outcome}, where learnt is less than half of the squared error without memory; in the end the gradient "
                + $"of layer 0 stays above 1 % of the last timestep's for {horizons} timesteps.",
        ];
    }

    private static string Names(Row[] rows) => StudyFigures.List([.. rows.Select(static row => row.Name)]);

    private static StudyResult Report(ImmutableArray<FlowTrace> done, bool isComplete)
    {
        ImmutableArray<Row> rows =
        [
            .. done.GroupBy(static trace => trace.Trial.Line).Select(static line => new Row(
                line.Key,
                StudyFigures.Median(line.Select(static trace => trace.Snapshots[0].FirstToLast(0))),
                StudyFigures.Median(line.Select(static trace => trace.Last.FirstToLast(0))),
                StudyFigures.Median(line.Select(static trace => (double)(trace.Last.Horizon(0) ?? 0))),
                StudyFigures.Median(line.Select(static trace => trace.Score?.Loss ?? double.NaN)),
                1.0 / 6,
                [.. line])),
        ];
        return new StudyResult
        {
            Findings = Findings(rows),
            Figures =
            [
                .. Enumerable.Range(0, Layers).Select(layer => new Chart(
                    $"Layer {NumberText.Count(layer)}: the first timestep's gradient, relative to the last",
                    "step",
                    "‖∂L/∂h‖ of the first timestep ÷ that of the last (ℓ₂ norms over units and batch, a ratio)",
                    FlowCharts.OverSteps(done, snapshot => snapshot.FirstToLast(layer)))
                {
                    IsLogarithmic = true,
                    Floor = 1e-40,
                    Caption = "Lines are medians over seeds, bands reach from the least to the largest seed. A line is "
                        + "missing where the median is 0: below 2⁻¹⁰⁰ the engine takes a gradient for 0.",
                }),
                .. rows.Select(static row => Map(row.Traces[0])),
                new Chart(
                    "Training loss",
                    "step",
                    FlowCharts.TrainingLoss,
                    [
                        .. FlowCharts.OverSteps(done, static snapshot => snapshot.Loss),
                        FlowTasks.WithoutMemory(done, rows[0].MemorylessLoss),
                    ])
                {
                    IsLogarithmic = true,
                },
            ],
            Summary = new StudyTable(
                [
                    "T", "layer", "first/last at the first step", "first/last at the last step",
                    "horizon at the first step", "horizon at the last step", "validation loss",
                ],
                [.. rows.SelectMany(static row => Enumerable.Range(0, Layers).Select(layer => Cells(row, layer)))]),
            Numbers = FlowCharts.Numbers(done),
            IsComplete = isComplete,
        };

        static ImmutableArray<string> Cells(Row row, int layer) =>
        [
            row.Name,
            NumberText.Count(layer),
            FlowCharts.Spread(row.Traces.Select(trace => trace.Snapshots[0].FirstToLast(layer))),
            FlowCharts.Spread(row.Traces.Select(trace => trace.Last.FirstToLast(layer))),
            FlowCharts.Spread(row.Traces.Select(trace => (double)(trace.Snapshots[0].Horizon(layer) ?? 0))),
            FlowCharts.Spread(row.Traces.Select(trace => (double)(trace.Last.Horizon(layer) ?? 0))),
            FlowCharts.Spread(row.Traces.Select(static trace => trace.Score?.Loss ?? double.NaN)),
        ];
    }

    private static Heatmap Map(FlowTrace trace) => new(
        $"{trace.Trial.Line}: every timestep of layer 0 while it is trained",
        "step",
        "timestep t, the last one on top",
        [
            .. trace.Snapshots.Select(static snapshot => new HeatmapColumn(
                snapshot.Step, [.. snapshot.Hidden[0].Select(norm => (double)norm / snapshot.Hidden[0][^1])])),
        ])
    {
        Caption = "Colour: ‖∂L/∂hₜ‖ ÷ ‖∂L/∂h‖ of the last timestep (ℓ₂ norms over units and batch, first seed), on a "
            + "logarithmic scale. The gradient comes from the top; where it is dark, a timestep learns nothing from "
            + "the loss.",
        Low = HeatmapLow,
        High = 1,
    };

    internal sealed record Row(
        string Name,
        double FirstRatio,
        double LastRatio,
        double LastHorizon,
        double Loss,
        double MemorylessLoss,
        ImmutableArray<FlowTrace> Traces);
}
