using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Manifest;

namespace Backflow.Training;

/// <content>How a run begins: anew, or from a checkpoint.</content>
public sealed partial class TrainingRun
{
    /// <summary>Prepares a new run: reads the text, draws the parameters, adds the run to the store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="configuration">What to train.</param>
    /// <param name="name">The run's name, or null for its id.</param>
    /// <param name="commandLine">The command that asked for it.</param>
    /// <param name="observer">Who watches.</param>
    /// <param name="clock">What tells the time.</param>
    /// <returns>The run, which the caller disposes of.</returns>
    /// <exception cref="ExperimentException">The configuration or the text does not allow it.</exception>
    public static TrainingRun Create(
        RunStore store,
        TrainingConfiguration configuration,
        string? name,
        string commandLine,
        ITrainingObserver observer,
        TimeProvider clock)
    {
        ConfigurationRules.Validate(configuration);
        ITrainingData data = TrainingDataSource.Load(configuration);
        configuration = TrainingDataSource.Fit(configuration, data);
        TrainingSession session = new(configuration, data);
        try
        {
            RunManifest manifest = store.CreateRun(new RunDescription
            {
                Prefix = configuration.Cells[0],
                Name = name,
                Task = data.TaskName,
                Cell = string.Join(',', configuration.Cells),
                ConfigurationJson = configuration.ToJson(),
                Seed = configuration.Seed,
                ProductVersion = MachineDescription.ProductVersion,
                Machine = MachineDescription.Current,
                CommandLine = commandLine,
            });
            return new TrainingRun(store, manifest.Id, session, observer, clock);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Prepares a run to go on from a checkpoint; what was recorded after it is discarded.</summary>
    /// <param name="store">The store.</param>
    /// <param name="word">The run's id, name, or a unique beginning of either.</param>
    /// <param name="changes">Changes to the configuration: steps, threads, intervals, the place of the text.</param>
    /// <param name="fromStep">The step of an older checkpoint, or null for the newest: of a run that diverged the
    /// newest that proved good.</param>
    /// <param name="observer">Who watches.</param>
    /// <param name="clock">What tells the time.</param>
    /// <returns>The run, which the caller disposes of.</returns>
    /// <exception cref="ExperimentException">The text is missing or another one, or nothing is left to do.</exception>
    /// <exception cref="RunStoreException">There is no such run, or its checkpoint cannot be read.</exception>
    public static TrainingRun Resume(
        RunStore store,
        string word,
        Func<TrainingConfiguration, TrainingConfiguration> changes,
        long? fromStep,
        ITrainingObserver observer,
        TimeProvider clock)
    {
        RunManifest manifest = store.FindRun(word);
        long? from = fromStep ?? (manifest.Status == RunStatus.Diverged ? LastGoodStep(store, manifest.Id) : null);
        LoadedCheckpoint checkpoint = from is long step
            ? store.Checkpoints.Load(manifest.Id, step)
            : store.Checkpoints.LoadLatest(manifest.Id);
        TrainingConfiguration configuration = changes(CheckpointContent.Configuration(checkpoint.Content));
        ConfigurationRules.Validate(configuration);
        if (checkpoint.Checkpoint.Step >= configuration.Steps)
        {
            throw new ExperimentException(
                $"Run {manifest.Id} is complete: it has done {checkpoint.Checkpoint.Step} of {configuration.Steps} "
                    + "steps.",
                $"backflow resume {manifest.Id} --steps {checkpoint.Checkpoint.Step + configuration.Steps}");
        }

        TrainingSession session = new(configuration, TrainingDataSource.Load(configuration));
        TrainingRun? run = null;
        try
        {
            double? best = CheckpointContent.Restore(checkpoint.Content, session);
            run = new TrainingRun(store, manifest.Id, session, observer, clock)
            {
                _bestValidationLoss = best,
                _savedStep = session.Step,
            };
            run._recorder.DiscardAfter(session.Step);
            run._telemetry?.Recall(store.OpenReader(manifest.Id));
            run._verdicts.Restart(store.OpenReader(manifest.Id));
            return run;
        }
        catch
        {
            run?.Dispose();
            session.Dispose();
            throw;
        }
    }
}
