using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Manifest;
using Backflow.Training;
using Backflow.Training.Generation;
using Backflow.Training.Recording;

namespace Backflow.Experiments.Recording;

/// <summary>Trained models of the runs of a store.</summary>
public static class StoredModel
{
    /// <summary>Loads a model that writes text.</summary>
    /// <param name="store">The store that has the run.</param>
    /// <param name="word">The run's id, name, or a unique beginning of either.</param>
    /// <param name="useBest">The checkpoint with the lowest validation loss instead of the newest.</param>
    /// <returns>The run's id, and the model.</returns>
    /// <exception cref="RunStoreException">There is no such run, or its checkpoint cannot be read.</exception>
    /// <exception cref="ExperimentException">The run was trained on a task, or never validated.</exception>
    public static (string RunId, TrainedModel Model) Load(RunStore store, string word, bool useBest)
    {
        RunManifest manifest = store.FindRun(word);
        LoadedCheckpoint checkpoint = useBest
            ? LoadBest(store, manifest.Id)
            : store.Checkpoints.LoadLatest(manifest.Id);
        if (CheckpointContent.Configuration(checkpoint.Content).Task is string task)
        {
            throw new ExperimentException(
                $"Run {manifest.Id} was trained on the task {task}; only runs that were trained on text write text.",
                "Take a run that was trained on a text.");
        }

        return (manifest.Id, TrainedModel.Of(checkpoint.Content));
    }

    /// <summary>Loads the checkpoint with the lowest validation loss.</summary>
    internal static LoadedCheckpoint LoadBest(RunStore store, string runId)
    {
        Checkpoint best = store.Checkpoints.List(runId)
            .FirstOrDefault(static checkpoint => checkpoint.Pins.Contains(KeptCheckpoint.Best))
            ?? throw new ExperimentException(
                $"Run {runId} has no best checkpoint: it was never validated.",
                "Take the newest checkpoint instead of the best.");
        return store.Checkpoints.Load(runId, best.Step);
    }
}
