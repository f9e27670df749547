using System.Collections.Immutable;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Studies.Flows;

/// <summary>LSTMs that differ in their forget bias: what reaches back, and what they learn.</summary>
internal sealed class ForgetBiasStudy : IStudy
{
    private const double MemorylessLoss = 1.0 / 6;
    private const int ChronoUnits = 1000;

    private static readonly ImmutableArray<(string Name, double? Bias)> Starts =
        [("bias 0", 0), ("bias 1", 1), ("bias 3", 3), ("chrono", null)];

    public string Name => "forget-bias";

    public string Question => "How far does the forget bias carry an LSTM's gradient, and does it learn better for it?";

    public string Method =>
        "LSTMs of 32 units (full: 128) on the adding problem (Le, Jaitly & Hinton 2015), T = 100, a loss at the last "
        + "timestep alone; Adam, learning rate 0.01, batch 32, clipping at norm 1. The forget bias is 0, 1 or 3 in "
        + "every unit, or chrono: log U(1, T − 1), and minus that for the input gate (Tallec & Ollivier 2018). Shown "
        + "is ‖∂L/∂cₜ‖, the total gradient of the cell state: ℓ₂ norm over units and batch, before clipping. Theory: "
        + "σ(b)ⁿ is what a cell keeps after n timesteps if its gate stays at its bias; for chrono the root mean square "
        + "of that over units. Horizon: the farthest timestep back above 1 % of the last.";

    public ImmutableArray<string> Cells => ["lstm"];

    public StudyResult Run(StudyOptions options, Action<StudyProgress> progress, CancellationToken cancellation)
    {
        (int length, long steps, int hidden) = options.Size switch
        {
            StudySize.Quick => (12, 20L, 8),
            StudySize.Default => (100, 600L, 32),
            _ => (100, 5000L, 128),
        };
        ImmutableArray<FlowTrial> trials =
        [
            .. Starts.SelectMany(start => options.SeedsOf(1, 3, 10).Select(seed => new FlowTrial(
                start.Name,
                new TrainingConfiguration
                {
                    Task = "adding",
                    TaskOptions = FlowTasks.Length(length),
                    CarryState = false,
                    Cells = ["lstm"],
                    HiddenSize = hidden,
                    LearningRate = 0.01,
                    ForgetBias = start.Bias,
                    Chrono = start.Bias is null ? length : null,
                    Steps = steps,
                    Seed = seed,
                },
                Snapshots: 31))),
        ];
        ImmutableArray<FlowTrace> done = StudyWork.Run(
            trials,
            options,
            static _ => 1,
            static (trial, report, token) => trial.Run(report, token),
            static trace => trace.ToString(),
            progress,
            cancellation,
            FlowTrial.Form);
        return done.IsEmpty ? StudyResult.Nothing : Report(done, length, done.Length == trials.Length);
    }

    /// <summary>Two sentences from horizons and losses.</summary>
    internal static ImmutableArray<string> Findings(ImmutableArray<Row> rows)
    {
        Row farthest = rows.MaxBy(static row => row.FirstHorizon)!;
        Row best = rows.MinBy(static row => double.IsNaN(row.Loss) ? double.PositiveInfinity : row.Loss)!;
        string reach = StudyFigures.List(
            [.. rows.Select(static row => $"{NumberText.Of(row.FirstHorizon)} ({row.Name})")]);
        string losses = StudyFigures.List([.. rows.Select(static row => $"{NumberText.Of(row.Loss)} ({row.Name})")]);
        string[] learners = [.. rows.Where(static row => row.Loss < MemorylessLoss / 2).Select(static row => row.Name)];
        string who = learners.Length == 0 ? "none is"
            : learners.Length == rows.Length ? "all are"
            : learners.Length == 1 ? $"only {learners[0]} is"
            : $"only {StudyFigures.List(learners)} are";
        string learnt = $"{who} below half of the {NumberText.Of(MemorylessLoss)} that a model without memory has";
        string match = learners.Length == 0 || rows.Length < 2 ? string.Empty
            : best.FirstHorizon == farthest.FirstHorizon
            ? $", and {best.Name}, which reaches as far as any, learns best"
            : $", and {farthest.Name} reaches farthest and {best.Name} learns best";
        return
        [
            $"Before training, the gradient of the cell state stays above 1 % of the last timestep's for {reach} "
                + "timesteps.",
            $"After training, the validation losses are {losses}: {learnt}{match}.",
        ];
    }

    private static StudyResult Report(ImmutableArray<FlowTrace> done, int length, bool isComplete)
    {
        ImmutableArray<Row> rows =
        [
            .. done.GroupBy(static trace => trace.Trial.Line).Select(static line => new Row(
                line.Key,
                StudyFigures.Median(line.Select(static trace => (double)(trace.Snapshots[0].CellHorizon ?? 0))),
                StudyFigures.Median(line.Select(static trace => (double)(trace.Last.CellHorizon ?? 0))),
                StudyFigures.Median(line.Select(static trace => trace.Score?.Loss ?? double.NaN)),
                [.. line])),
        ];
        return new StudyResult
        {
            Findings = Findings(rows),
            Figures =
            [
                new Chart(
                    "Before training: the cell state's gradient, and σ(b)ⁿ",
                    "timesteps back, n",
                    FlowCharts.Relative("c"),
                    [
                        .. FlowCharts.OverTimesteps(done, static trace => trace.Snapshots[0].Cell),
                        .. Starts.Where(start => rows.Any(row => row.Name == start.Name))
                            .Select((start, colour) => Theory(start.Bias, length, colour)),
                    ])
                {
                    IsLogarithmic = true,
                    Floor = 1e-12,
                },
                new Chart(
                    "After training",
                    "timesteps back, n",
                    FlowCharts.Relative("c"),
                    FlowCharts.OverTimesteps(done, static trace => trace.Last.Cell))
                {
                    IsLogarithmic = true,
                    Floor = 1e-12,
                },
                new Chart(
                    "Training loss",
                    "step",
                    FlowCharts.TrainingLoss,
                    [
                        .. FlowCharts.OverSteps(done, static snapshot => snapshot.Loss),
                        FlowTasks.WithoutMemory(done, MemorylessLoss),
                    ])
                {
                    IsLogarithmic = true,
                },
            ],
            Summary = new StudyTable(
                ["start", "σ(b)", "horizon before", "horizon after", "validation loss", "sums within 0.04"],
                [
                    .. rows.Select(static row => (ImmutableArray<string>)
                    [
                        row.Name,
                        Starts.First(start => start.Name == row.Name).Bias is double bias
                            ? NumberText.Of(Sigmoid(bias))
                            : "by unit",
                        FlowCharts.Spread(
                            row.Traces.Select(static trace => (double)(trace.Snapshots[0].CellHorizon ?? 0))),
                        FlowCharts.Spread(row.Traces.Select(static trace => (double)(trace.Last.CellHorizon ?? 0))),
                        FlowCharts.Spread(row.Traces.Select(static trace => trace.Score?.Loss ?? double.NaN)),
                        NumberText.Share(StudyFigures.Median(
                            row.Traces.Select(static trace => trace.Score?.Success ?? double.NaN))),
                    ]),
                ]),
            Numbers = FlowCharts.Numbers(done),
            IsComplete = isComplete,
        };
    }

    private static ChartSeries Theory(double? bias, int length, int colour) => new(
        bias is double b ? $"σ({NumberText.Of(b)})ⁿ" : "chrono, rms",
        [
            .. Enumerable.Range(0, length).Select(n => ChartPoint.Exact(
                n, bias is double value ? Math.Pow(Sigmoid(value), n) : ChronoKept(length, n))),
        ],
        IsReference: true)
    {
        Colour = colour,
    };

    // σ(log u) = u/(1 + u) with u evenly in (1, T − 1): the root mean square of its n-th power.
    private static double ChronoKept(int length, int n) => Math.Sqrt(Enumerable.Range(0, ChronoUnits).Average(i =>
    {
        double u = 1 + ((length - 2) * (i + 0.5) / ChronoUnits);
        return Math.Pow(u / (1 + u), 2 * n);
    }));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    internal sealed record Row(
        string Name, double FirstHorizon, double LastHorizon, double Loss, ImmutableArray<FlowTrace> Traces);
}
