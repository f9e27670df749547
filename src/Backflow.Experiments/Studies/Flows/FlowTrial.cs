using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Studies.Flows;

/// <summary>A network that is trained while its gradient is looked at, timestep by timestep.</summary>
/// <param name="Line">The line of a chart that it belongs to.</param>
/// <param name="Configuration">What is trained.</param>
/// <param name="Snapshots">How many times the gradient is looked at, the first step and the last included.</param>
internal sealed record FlowTrial(string Line, TrainingConfiguration Configuration, int Snapshots)
{
    /// <summary>How traces are kept.</summary>
    public static PartForm<FlowTrial, FlowTrace> Form { get; } = PartForm.Of<FlowTrial, FlowTrace, FlowEnd>(
        static trial => $"{trial.Line}\n{trial.Snapshots}\n{trial.Configuration.ToJson()}",
        static trace => new(trace.Snapshots, trace.FailedStep, trace.ClippedShare, trace.Score),
        static (trial, end) => new(trial, end.Snapshots, end.FailedStep, end.ClippedShare, end.Score),
        FlowJson.Default.FlowEnd);

    /// <summary>Trains to the end, or to the first number that is not finite.</summary>
    /// <param name="report">Told at every step which share is done.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public FlowTrace Run(Action<double, string> report, CancellationToken cancellation)
    {
        ITrainingData data = TrainingDataSource.Load(Configuration);
        TrainingConfiguration configuration = TrainingDataSource.Fit(Configuration, data);
        using TrainingSession session = new(configuration, data);
        List<FlowSnapshot> snapshots = [];
        double losses = 0;
        long counted = 0;
        long clipped = 0;
        bool isFinite = true;
        while (isFinite && session.Step < configuration.Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            long step = session.Step + 1;
            isFinite = session.Advance();
            losses += session.Loss;
            counted++;
            clipped += session.IsClipped ? 1 : 0;
            if (!isFinite || IsDue(step))
            {
                snapshots.Add(Look(session, step, losses / counted));
                (losses, counted) = (0, 0);
            }

            report(
                (double)session.Step / configuration.Steps,
                $"{Line}, seed {configuration.Seed}: step {NumberText.Count(session.Step)} of "
                    + NumberText.Count(configuration.Steps));
        }

        TaskScore? score = isFinite ? session.Validate(cancellation) : null;
        return new FlowTrace(
            this,
            [.. snapshots],
            isFinite ? null : session.Step + 1,
            (double)clipped / Math.Max(1, session.Step),
            score);
    }

    // Evenly from the first step to the last: snapshot i is due at step 1 + i·(Steps − 1)/(Snapshots − 1).
    private bool IsDue(long step)
    {
        long done = step - 1;
        long last = Configuration.Steps - 1;
        return done == 0 || done == last
            || (done * (Snapshots - 1) / last) != ((done - 1) * (Snapshots - 1) / last);
    }

    private static FlowSnapshot Look(TrainingSession session, long step, double loss)
    {
        int layers = session.Network.Layers.Length;
        float[][] hidden = new float[layers][];
        for (int layer = 0; layer < layers; layer++)
        {
            hidden[layer] = new float[session.Pass.SequenceLength];
            new TotalGradientNorm().Measure(session.Pass.Layers[layer], hidden[layer]);
        }

        float[] cell = new float[session.Pass.Layers[0].HasCellState ? session.Pass.SequenceLength : 0];
        if (cell.Length > 0)
        {
            new CellGradientNorm().Measure(session.Pass.Layers[0], cell);
        }

        return new FlowSnapshot(step, loss, session.GradientNorm, hidden, cell);
    }
}

/// <summary>The gradient at one step.</summary>
/// <param name="Step">The step, from 1: the gradient is that of its update.</param>
/// <param name="Loss">Mean training loss since the last snapshot.</param>
/// <param name="GradientNorm">Norm of all parameters' gradients, before clipping.</param>
/// <param name="Hidden">Layer by layer ‖∂L/∂hₜ‖, [T].</param>
/// <param name="Cell">‖∂L/∂cₜ‖ of the first layer, [T]; empty without a cell state.</param>
internal sealed record FlowSnapshot(long Step, double Loss, double GradientNorm, float[][] Hidden, float[] Cell)
{
    /// <summary>How many timesteps back the gradient of a layer is above 1 % of that of the last timestep.</summary>
    public int? Horizon(int layer) => GradientHorizon.Measure(Hidden[layer]).Horizon;

    /// <summary>How many timesteps back the gradient of the cell state is above 1 % of that of the last one.</summary>
    public int? CellHorizon => GradientHorizon.Measure(Cell).Horizon;

    /// <summary>‖∂L/∂h‖ of the first timestep of a layer, divided by that of the last.</summary>
    public double FirstToLast(int layer) => (double)Hidden[layer][0] / Hidden[layer][^1];
}

/// <summary>What was seen while a network was trained.</summary>
/// <param name="Trial">The network.</param>
/// <param name="Snapshots">In the order of the steps; the last one may be the one that was not finite.</param>
/// <param name="FailedStep">The step whose loss or gradient was not finite; null if there was none.</param>
/// <param name="ClippedShare">The share of the steps whose gradient was scaled down.</param>
/// <param name="Score">The score at the end; null if training failed.</param>
internal sealed record FlowTrace(
    FlowTrial Trial, ImmutableArray<FlowSnapshot> Snapshots, long? FailedStep, double ClippedShare, TaskScore? Score)
{
    /// <summary>The last snapshot whose numbers are all finite; the first one if there is none.</summary>
    public FlowSnapshot Last =>
        Snapshots.LastOrDefault(static snapshot => double.IsFinite(snapshot.GradientNorm)) ?? Snapshots[0];

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Trial.Line}, seed {Trial.Configuration.Seed}: loss {NumberText.Of(Snapshots[^1].Loss)}";
}
