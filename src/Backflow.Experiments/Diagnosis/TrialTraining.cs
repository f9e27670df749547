using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Trains a trial some way, as a run that is kept and can be gone on with.</summary>
internal sealed class TrialTraining(RunStore store, TimeProvider clock, ICommandWriter? commands = null)
{
    /// <summary>The command that trains a configuration to its end.</summary>
    public string CommandOf(TrainingConfiguration configuration) => TrainingOptions.Describe(configuration, commands);

    /// <summary>Begins a run, or goes on with one, up to a step, and measures it there.</summary>
    /// <param name="configuration">What to train; its number of steps is that of the full run.</param>
    /// <param name="before">What the run's last part came to; null to begin.</param>
    /// <param name="steps">The step to stop at.</param>
    /// <param name="part">What to measure the loss on.</param>
    /// <param name="cancellation">Ends the trial.</param>
    /// <returns>The result; null where it was ended.</returns>
    public TrialRun? Train(
        TrainingConfiguration configuration,
        TrialRun? before,
        long steps,
        ValidationPart part,
        CancellationToken cancellation)
    {
        if (before is not null && (before.Step >= steps || !double.IsFinite(before.Loss)))
        {
            return before;
        }

        SilentObserver observer = new();
        using TrainingRun run = before is null
            ? RecordedRun.Create(store, configuration, null, CommandOf(configuration), observer, clock, commands)
            : RecordedRun.Resume(store, before.RunId, static c => c, null, observer, clock, commands);
        run.MeasuresReach = false;
        run.Begin();

        // The first step is no measure of the others: flossing belongs to it.
        run.Advance(cancellation);
        long first = run.Session.Step;
        long begin = clock.GetTimestamp();
        while (run.Session.Step < steps && run.Advance(cancellation))
        {
        }

        // The checkpoint comes first: measuring the horizon overwrites the states that it keeps.
        TrainingSummary summary = run.End();
        if (cancellation.IsCancellationRequested)
        {
            return null;
        }

        double seconds = clock.GetElapsedTime(begin).TotalSeconds / Math.Max(1, summary.Step - first);
        return summary.IsDiverged
            ? new TrialRun(summary.RunId, configuration.Seed, summary.Step, double.PositiveInfinity, null, 0, seconds)
            : Measure(run.Session, summary, part, seconds, cancellation);
    }

    private static TrialRun? Measure(
        TrainingSession session,
        TrainingSummary summary,
        ValidationPart part,
        double secondsPerStep,
        CancellationToken cancellation)
    {
        try
        {
            TaskScore? score = session.Validate(cancellation, part);
            return new TrialRun(
                summary.RunId,
                session.Configuration.Seed,
                summary.Step,
                score?.Loss ?? summary.TrainingLoss ?? double.PositiveInfinity,
                session.Data.Task is null ? null : score?.Success,
                DiagnosisMeasurement.Horizon(session),
                secondsPerStep);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
