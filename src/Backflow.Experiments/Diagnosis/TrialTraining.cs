using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Trains a trial some way, as a run that is kept and can be gone on with.</summary>
/// <param name="store">Where trials are kept.</param>
/// <param name="clock">What tells the time.</param>
/// <param name="commands">Writes the commands of remedies; null for settings alone.</param>
/// <param name="journal">What was done before; null where a trial is done whenever it is asked for.</param>
/// <param name="interruption">The user's: a trial that it ends is done again.</param>
internal sealed class TrialTraining(
    RunStore store,
    TimeProvider clock,
    ICommandWriter? commands = null,
    DiagnosisJournal? journal = null,
    CancellationToken interruption = default)
{
    /// <summary>The command that trains a configuration to its end.</summary>
    public string CommandOf(TrainingConfiguration configuration) => TrainingOptions.Describe(configuration, commands);

    /// <summary>Begins a run, or goes on with one, up to a step, and measures it there.</summary>
    /// <param name="remedy">What is tried.</param>
    /// <param name="configuration">What to train; its number of steps is that of the full run.</param>
    /// <param name="before">What the run's last part came to; null to begin.</param>
    /// <param name="steps">The step to stop at.</param>
    /// <param name="part">What to measure the loss on.</param>
    /// <param name="cancellation">Ends the trial.</param>
    /// <returns>The result; null where it was ended.</returns>
    public TrialRun? Train(
        string remedy,
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

        string? name = journal?.NameOf(remedy, configuration.Seed);
        return journal is null
            ? Do(name, configuration, before, steps, part, cancellation)
            : journal.Trial(
                FormattableString.Invariant($"{name} to step {steps}, {part}"),
                () => Do(name, configuration, before, steps, part, cancellation),
                interruption);
    }

    private TrialRun? Do(
        string? name,
        TrainingConfiguration configuration,
        TrialRun? before,
        long steps,
        ValidationPart part,
        CancellationToken cancellation)
    {
        SilentObserver observer = new();
        using TrainingRun run = Open(name, configuration, before, observer);
        run.MeasuresReach = false;
        run.Begin();

        // The first step is no measure of the others: flossing belongs to it.
        run.Advance(cancellation);
        long first = run.Session.Step;
        long begin = clock.GetTimestamp();
        while (run.Session.Step < steps && run.Advance(cancellation))
        {
        }

        // The checkpoint comes first: measuring the reach overwrites the states that it keeps.
        TrainingSummary summary = run.End();
        if (cancellation.IsCancellationRequested)
        {
            return null;
        }

        double seconds = clock.GetElapsedTime(begin).TotalSeconds / Math.Max(1, summary.Step - first);
        return summary.IsDiverged
            ? new TrialRun(
                summary.RunId, configuration.Seed, summary.Step, double.PositiveInfinity, null, null, seconds)
            : Measure(run.Session, summary, part, seconds, cancellation);
    }

    // A killed process may have left the run of this trial: begun, or further on than it was measured.
    private TrainingRun Open(
        string? name, TrainingConfiguration configuration, TrialRun? before, SilentObserver observer)
    {
        if (before is not null && store.Checkpoints.List(before.RunId).Any(kept => kept.Step == before.Step))
        {
            return RecordedRun.Resume(store, before.RunId, static c => c, before.Step, observer, clock, commands);
        }

        if (name is not null && store.ListRuns().FirstOrDefault(run => run.Name == name) is RunManifest left)
        {
            // From its first step on it is trained to the same bits.
            store.Delete(left.Id);
        }

        return RecordedRun.Create(
            store,
            configuration,
            name,
            CommandOf(configuration),
            observer,
            clock,
            commands,
            belongsTo: journal?.Title);
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
            ReachMeasurement? reach = session.MeasureReach();
            return new TrialRun(
                summary.RunId,
                session.Configuration.Seed,
                summary.Step,
                score?.Loss ?? summary.TrainingLoss ?? double.PositiveInfinity,
                session.Data.Task is null ? null : score?.Success,
                ReachText.Timesteps(reach),
                secondsPerStep)
            {
                GradientGrowth = reach?.Growth,
            };
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
