using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Manifest;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Recording;

namespace Backflow.Experiments.Recording;

/// <summary>Training runs whose record is a run store: made anew, or resumed from a checkpoint.</summary>
public static class RecordedRun
{
    /// <summary>Prepares a new run: reads the data, draws the parameters, adds the run to the store.</summary>
    /// <param name="store">The store that gets the run.</param>
    /// <param name="configuration">What to train.</param>
    /// <param name="name">The run's name, or null for its id.</param>
    /// <param name="commandLine">The command that asked for it.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="commands">Writes the commands of remedies; null for settings alone.</param>
    /// <param name="data">What the run reads; null for what the configuration asks for.</param>
    /// <param name="belongsTo">The id of the run that it is a trial of, or a word of the program; null for a run of its
    /// own.</param>
    /// <param name="prepare">Changes the session before anything of it is kept, as with parameters from elsewhere; null
    /// for those that were drawn.</param>
    /// <returns>The run, which the caller disposes of.</returns>
    /// <exception cref="ExperimentException">The configuration or the text does not allow it.</exception>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    public static TrainingRun Create(
        RunStore store,
        TrainingConfiguration configuration,
        string? name,
        string commandLine,
        ITrainingObserver observer,
        TimeProvider clock,
        ICommandWriter? commands = null,
        ITrainingData? data = null,
        string? belongsTo = null,
        Action<TrainingSession>? prepare = null)
    {
        TrainingSession? session = null;
        StoreRecord? record = null;
        try
        {
            session = data is null ? TrainingSession.Create(configuration)
                : new TrainingSession(TrainingDataSource.Fit(configuration, data), data);
            prepare?.Invoke(session);
            RunManifest manifest = store.CreateRun(new RunDescription
            {
                Prefix = session.Configuration.Cells[0],
                Name = name,
                BelongsTo = belongsTo,
                Task = session.Data.TaskName,
                Cell = string.Join(',', session.Configuration.Cells),
                ConfigurationJson = session.Configuration.ToJson(),
                Seed = session.Configuration.Seed,
                ProductVersion = MachineDescription.ProductVersion,
                Machine = MachineDescription.Current,
                CommandLine = commandLine,
            });
            record = new StoreRecord(store, manifest.Id);
            TrainingRun run = new(session, record, observer, clock, commands)
            {
                Control = new StoreControl(store, manifest.Id, clock),
            };
            (session, record) = (null, null);
            return run;
        }
        finally
        {
            record?.Dispose();
            session?.Dispose();
        }
    }

    /// <summary>Prepares a run to go on from a checkpoint; what was recorded after it is discarded.</summary>
    /// <param name="store">The store that has the run.</param>
    /// <param name="word">The run's whole id or whole name.</param>
    /// <param name="changes">Changes to the configuration: steps, threads, intervals, the place of the text.</param>
    /// <param name="fromStep">The step of an older checkpoint, or null for the newest: of a run that diverged the
    /// newest that proved good.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="commands">Writes the commands of remedies; null for settings alone.</param>
    /// <param name="data">What the run reads; null for what its configuration asks for.</param>
    /// <param name="repeatsChanges">Whether the learning rates that were asked for after that step are taken again at
    /// their steps; else they are forgotten.</param>
    /// <param name="cancellation">Ends the waiting for a text that comes through a pipe.</param>
    /// <returns>The run, which the caller disposes of.</returns>
    /// <exception cref="ExperimentException">The text is missing or another one, or nothing is left to do.</exception>
    /// <exception cref="RunStoreException">There is no such run, or its checkpoint cannot be read.</exception>
    public static TrainingRun Resume(
        RunStore store,
        string word,
        Func<TrainingConfiguration, TrainingConfiguration> changes,
        long? fromStep,
        ITrainingObserver observer,
        TimeProvider clock,
        ICommandWriter? commands = null,
        ITrainingData? data = null,
        bool repeatsChanges = true,
        CancellationToken cancellation = default)
    {
        RunManifest manifest = store.FindRunInFull(word);
        long? from = fromStep ?? (manifest.Status == RunStatus.Diverged ? LastGoodStep(store, manifest.Id) : null);
        LoadedCheckpoint checkpoint = from is long step
            ? store.Checkpoints.Load(manifest.Id, step)
            : store.Checkpoints.LoadLatest(manifest.Id);
        TrainingConfiguration planned = CheckpointContent.Configuration(checkpoint.Content);
        TrainingConfiguration configuration = changes(planned);
        TrainingOptions.Validate(configuration);
        if (checkpoint.Checkpoint.Step >= configuration.Steps)
        {
            throw new ExperimentException(
                $"Run {manifest.Id} is complete: it has done {NumberText.Count(checkpoint.Checkpoint.Step)} of "
                    + $"{NumberText.Count(configuration.Steps)} steps.",
                new Setting(
                    nameof(configuration.Steps),
                    FormattableString.Invariant($"{checkpoint.Checkpoint.Step + configuration.Steps}")));
        }

        TrainingSession? session = null;
        StoreRecord? record = null;
        TrainingRun? run = null;
        try
        {
            session = new TrainingSession(
                configuration,
                data ?? RecordedData.Load(
                    manifest.Id, checkpoint.Content, configuration, cancellation: cancellation));
            double? best = CheckpointContent.Restore(checkpoint.Content, session);
            record = new StoreRecord(store, manifest.Id);
            if (!repeatsChanges)
            {
                store.Requests.ForgetAfter(manifest.Id, session.Step);
            }

            run = new TrainingRun(session, record, observer, clock, commands)
            {
                Control = new StoreControl(store, manifest.Id, clock),
            };
            (session, record) = (null, null);
            run.GoOn(best, planned);
            TrainingRun ready = run;
            run = null;
            return ready;
        }
        finally
        {
            run?.Dispose();
            record?.Dispose();
            session?.Dispose();
        }
    }

    private static long? LastGoodStep(RunStore store, string runId) => store.Checkpoints.List(runId)
        .FirstOrDefault(static checkpoint => checkpoint.Pins.Contains(KeptCheckpoint.Good))?.Step;
}
