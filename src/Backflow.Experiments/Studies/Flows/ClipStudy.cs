using System.Collections.Immutable;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Studies.Flows;

/// <summary>Gradient clipping on a network that explodes and on one that vanishes.</summary>
internal sealed class ClipStudy : IStudy
{
    private const double MemorylessLoss = 1.0 / 6;
    private const double ExplodingGain = 2;

    public string Name => "clip";

    public string Question => "What does gradient clipping remedy, and what not?";

    public string Method =>
        "The adding problem (Le, Jaitly & Hinton 2015), T = 50, 32 units, SGD without momentum, learning rate 0.01, "
        + "batch 32, with and without clipping at norm 1 (Pascanu, Mikolov & Bengio 2013, algorithm 1). The exploding "
        + "network is a ReLU RNN whose R is orthogonal times 2; the vanishing one a tanh RNN with PyTorch's "
        + "initialisation. Horizon: the farthest timestep back where ‖∂L/∂hₜ‖ (ℓ₂ norm over units and batch, before "
        + "clipping) is above 1 % of the last.";

    public ImmutableArray<string> Cells => ["rnn-relu", "rnn"];

    public StudyResult Run(StudyOptions options, Action<StudyProgress> progress, CancellationToken cancellation)
    {
        (int length, long steps) = options.Size switch
        {
            StudySize.Quick => (50, 12L),
            StudySize.Default => (50, 1000L),
            _ => (50, 20_000L),
        };
        ImmutableArray<FlowTrial> trials =
        [
            .. Networks(length, steps).SelectMany(network => options.SeedsOf(1, 5, 20)
                .Select(seed => network with { Configuration = network.Configuration with { Seed = seed } })),
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
        return done.IsEmpty ? StudyResult.Nothing : Report(done, done.Length == trials.Length);
    }

    private static IEnumerable<FlowTrial> Networks(int length, long steps)
    {
        TrainingConfiguration start = new()
        {
            Task = "adding",
            TaskOptions = FlowTasks.Length(length),
            CarryState = false,
            HiddenSize = 32,
            Optimizer = "sgd",
            Momentum = 0,
            LearningRate = 0.01,
            Steps = steps,
        };
        TrainingConfiguration exploding = start with
        {
            Cells = ["rnn-relu"],
            Initialisation = "orthogonal",
            Gain = ExplodingGain,
        };
        TrainingConfiguration vanishing = start with { Cells = ["rnn"] };
        const int Snapshots = 41;
        return
        [
            new("exploding", exploding with { ClipNorm = 0 }, Snapshots),
            new("exploding, clipped", exploding, Snapshots),
            new("vanishing", vanishing with { ClipNorm = 0 }, Snapshots),
            new("vanishing, clipped", vanishing, Snapshots),
        ];
    }

    /// <summary>Two sentences from failures, losses and horizons.</summary>
    internal static ImmutableArray<string> Findings(ImmutableArray<Row> rows)
    {
        string failures = StudyFigures.List(
            [.. rows.Select(static row => $"{Count(row.Failed)} of {Count(row.Seeds)} ({row.Name})")]);
        Row? free = rows.FirstOrDefault(static row => row.Name == "vanishing");
        Row? clipped = rows.FirstOrDefault(static row => row.Name == "vanishing, clipped");
        Row? wild = rows.FirstOrDefault(static row => row.Name == "exploding");
        Row? tamed = rows.FirstOrDefault(static row => row.Name == "exploding, clipped");
        string remedied = wild is null || tamed is null ? "what clipping remedies was not measured"
            : wild.Failed > 0 && tamed.Failed == 0 ? "clipping keeps the loss finite"
            : tamed.Failed < wild.Failed ? "clipping keeps more losses finite, and not all"
            : wild.Failed == 0 ? "nothing had to be remedied: without clipping no loss became NaN or infinite"
            : "clipping does not keep the loss finite";
        return
        [
            $"Trainings that ended because a loss or gradient was no longer finite: {failures}; {remedied}.",
            free is null || clipped is null
                ? "Its effect on a vanishing gradient was not measured."
                : $"{Horizons(free, clipped)}; {NumberText.Share(clipped.ClippedShare)} of its steps were clipped"
                    + (tamed is null ? "." : Exploding(tamed)),
        ];
    }

    private static string Horizons(Row free, Row clipped) => free.Horizon == clipped.Horizon
        ? $"It does not lengthen the horizon of the vanishing network, {NumberText.Of(free.Horizon)} of 49 timesteps "
            + "with and without it"
        : $"The horizon of the vanishing network is {NumberText.Of(free.Horizon)} timesteps without and "
            + $"{NumberText.Of(clipped.Horizon)} with it";

    private static string Exploding(Row tamed) =>
        $" and {NumberText.Share(tamed.ClippedShare)} of the exploding network's, whose loss ends at "
        + $"{NumberText.Of(tamed.Loss)} (without memory {NumberText.Of(MemorylessLoss)}).";

    private static string Count(int value) => NumberText.Count(value);

    private static StudyResult Report(ImmutableArray<FlowTrace> done, bool isComplete)
    {
        ImmutableArray<Row> rows =
        [
            .. done.GroupBy(static trace => trace.Trial.Line).Select(static line => new Row(
                line.Key,
                line.Count(),
                line.Count(static trace => trace.FailedStep is not null),
                StudyFigures.Median(line.Select(static trace => (double)(trace.Last.Horizon(0) ?? 0))),
                StudyFigures.Median(
                    line.Select(static trace => trace.Score?.Loss ?? double.NaN).Where(double.IsFinite)),
                StudyFigures.Median(line.Select(static trace => trace.ClippedShare)),
                [.. line])),
        ];
        return new StudyResult
        {
            Findings = Findings(rows),
            Figures =
            [
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
                    Caption = "Medians over the seeds that are still finite; a line ends where none is. Bands reach "
                        + "from the least to the largest seed.",
                },
                new Chart(
                    "Norm of the whole gradient, before clipping",
                    "step",
                    "‖∂L/∂θ‖ (ℓ₂ norm over all parameters; loss per unit of weight)",
                    FlowCharts.OverSteps(done, static snapshot => snapshot.GradientNorm))
                {
                    IsLogarithmic = true,
                },
                new Chart(
                    "The last finite profile: how far back the gradient reaches",
                    "timesteps back, n",
                    FlowCharts.Relative("h"),
                    FlowCharts.OverTimesteps(done, static trace => trace.Last.Hidden[0]))
                {
                    IsLogarithmic = true,
                    Floor = 1e-30,
                },
            ],
            Summary = new StudyTable(
                [
                    "network", "not finite", "first such step", "clipped steps", "first gradient norm",
                    "horizon at the end", "validation loss",
                ],
                [.. rows.Select(Cells)]),
            Numbers = FlowCharts.Numbers(done),
            IsComplete = isComplete,
        };

        static ImmutableArray<string> Cells(Row row) =>
        [
            row.Name,
            $"{Count(row.Failed)} of {Count(row.Seeds)}",
            FlowCharts.Spread(row.Traces.Where(static trace => trace.FailedStep is not null)
                .Select(static trace => (double)trace.FailedStep!)),
            NumberText.Share(row.ClippedShare),
            FlowCharts.Spread(row.Traces.Select(static trace => trace.Snapshots[0].GradientNorm)),
            FlowCharts.Spread(row.Traces.Select(static trace => (double)(trace.Last.Horizon(0) ?? 0))),
            FlowCharts.Spread(row.Traces.Select(static trace => trace.Score?.Loss ?? double.NaN)
                .Where(double.IsFinite)),
        ];
    }

    internal sealed record Row(
        string Name,
        int Seeds,
        int Failed,
        double Horizon,
        double Loss,
        double ClippedShare,
        ImmutableArray<FlowTrace> Traces);
}
