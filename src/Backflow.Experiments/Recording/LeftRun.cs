using System.Collections.Immutable;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Manifest;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Recording;

/// <summary>A run of one of several trainings as an earlier process left it, or none yet.</summary>
/// <param name="store">Where the runs are kept.</param>
/// <param name="name">The run's name, such as COMPARISON/CELL.</param>
/// <param name="configuration">What is trained, as the data decides it.</param>
internal sealed class LeftRun(RunStore store, string name, TrainingConfiguration configuration)
{
    private readonly RunManifest? _run = store.ListRuns().FirstOrDefault(run => run.Name == name);

    /// <summary>Whether a run has the name.</summary>
    public bool IsThere => _run is not null;

    /// <summary>The step of its newest checkpoint; null where there is none.</summary>
    public long? SavedStep => Checkpoints() is [Checkpoint newest, ..] ? newest.Step : null;

    /// <summary>Whether a run that has the name was trained as it would be now.</summary>
    public bool Fits => _run is null || Identity(TrainingConfiguration.FromJson(_run.ConfigurationJson))
        == Identity(configuration);

    /// <summary>A configuration without what changes no bit of the result.</summary>
    public static string Identity(TrainingConfiguration configuration) =>
        (configuration with { Threads = 1 }).ToJson();

    /// <summary>How a run that came to its end ended; null where there is something to train.</summary>
    /// <param name="shape">The shape of the data.</param>
    public TrainingSummary? Finished(TaskShape shape)
    {
        // A reader may have taken it further than was asked for here, and nothing of that is lost.
        bool isDone = _run is { Status: RunStatus.Completed or RunStatus.Diverged }
            || Checkpoints().Any(one => one.Step > configuration.Steps);

        // The step that diverged was recorded, and not done.
        long undone = _run?.Status == RunStatus.Diverged ? 1 : 0;
        return !isDone ? null : new TrainingSummary(
            _run!.Id,
            Math.Max(0, (_run.LastStep ?? 0) - undone),
            configuration.Steps,
            IsInterrupted: false,
            IsDiverged: _run.Status == RunStatus.Diverged,
            _run.FinalTrainingLoss,
            _run.FinalValidationLoss,
            Success: store.GetOverview(_run.Id, [TrainingMetrics.ValidationSuccess]).Newest[0],
            Elapsed: TimeSpan.Zero,
            ConfigurationRules.Network(configuration, shape).ParameterCount,
            TelemetryCost: null,
            _run.DroppedRows);
    }

    /// <summary>Makes the run, or goes on with the one that is there.</summary>
    /// <param name="create">Makes one of this name.</param>
    /// <param name="resume">Goes on with a run by its id: from the checkpoint of a step, null for the newest.</param>
    public TrainingRun Open(Func<TrainingRun> create, Func<string, long?, TrainingRun> resume)
    {
        if (_run is null)
        {
            return create();
        }

        // One that was killed at its last step, before its end was recorded, does its last steps again.
        ImmutableArray<Checkpoint> checkpoints = Checkpoints();
        if (checkpoints.FirstOrDefault(one => one.Step < configuration.Steps) is Checkpoint last)
        {
            return resume(_run.Id, last == checkpoints[0] ? null : last.Step);
        }

        // It was killed before its first checkpoint: from its first step on it is trained to the same bits.
        store.Delete(_run.Id);
        return create();
    }

    private ImmutableArray<Checkpoint> Checkpoints() => _run is null ? [] : store.Checkpoints.List(_run.Id);
}
