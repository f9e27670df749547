using Backflow.Experiments.Generation;
using Backflow.Experiments.Tasks.Sequences;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Telemetry;

namespace Backflow.Experiments.Training;

/// <summary>A training run from its first step, or from a checkpoint, to its end: recorded, validated, interruptible.</summary>
public sealed class TrainingRun : IDisposable
{
    /// <summary>Loss of each step, nats per character.</summary>
    public const string TrainingLossMetric = "training-loss";

    /// <summary>Mean loss over the validation part, nats per character.</summary>
    public const string ValidationLossMetric = "validation-loss";

    /// <summary>Share of successes over a task's validation sequences.</summary>
    public const string ValidationSuccessMetric = "validation-success";

    /// <summary>Norm of all gradients of each step before clipping.</summary>
    public const string GradientNormMetric = "gradient-norm";

    /// <summary>Learning rate.</summary>
    public const string LearningRateMetric = "learning-rate";

    /// <summary>Characters trained on per second.</summary>
    public const string CharactersPerSecondMetric = "characters-per-second";

    private const string BestPin = "best";
    private const int SampleLength = 200;
    private const double SampleTemperature = 0.8;

    private readonly RunStore _store;
    private readonly RunRecorder _recorder;
    private readonly TrainingSession _session;
    private readonly ITrainingObserver _observer;
    private readonly TimeProvider _clock;
    private readonly float[] _gradientNorms;
    private double? _bestValidationLoss;
    private double? _validationLoss;
    private double? _success;
    private double? _trainingLoss;
    private long _savedStep = -1;

    private TrainingRun(
        RunStore store, string runId, TrainingSession session, ITrainingObserver observer, TimeProvider clock)
    {
        _store = store;
        _session = session;
        _observer = observer;
        _clock = clock;
        RunId = runId;
        _recorder = store.OpenRecorder(runId);
        _gradientNorms = new float[session.Data.Shape.SequenceLength];
    }

    /// <summary>The run's id.</summary>
    public string RunId { get; }

    private TrainingConfiguration Configuration => _session.Configuration;

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
    /// <param name="fromStep">The step of an older checkpoint, or null for the newest.</param>
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
        LoadedCheckpoint checkpoint = fromStep is long step
            ? store.Checkpoints.Load(manifest.Id, step)
            : store.Checkpoints.LoadLatest(manifest.Id);
        TrainingConfiguration configuration = changes(CheckpointContent.Configuration(checkpoint.Content));
        ConfigurationRules.Validate(configuration);
        if (checkpoint.Checkpoint.Step >= configuration.Steps)
        {
            throw new ExperimentException(
                $"Run {manifest.Id} is complete: it has done {checkpoint.Checkpoint.Step} of {configuration.Steps} steps.",
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
            return run;
        }
        catch
        {
            run?.Dispose();
            session.Dispose();
            throw;
        }
    }

    /// <summary>Trains to the end, or until cancelled; either way a checkpoint is saved and the store is in order.</summary>
    /// <param name="cancellation">Ends training after the current step.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="RunStoreException">The store or a checkpoint cannot be written.</exception>
    public TrainingSummary Train(CancellationToken cancellation)
    {
        long started = _clock.GetTimestamp();
        if (_session.Data.Task is SequenceTask task)
        {
            _observer.OnTask(new TaskOutcome(
                _session.Data.TaskName,
                task.DependencyLength,
                task.Shape.IsRegression,
                task.SuccessMeasure,
                task.Baselines));
        }

        _observer.OnStart(RunId, Describe(), _session.Step);

        // At step 0 too: a run killed before its first interval can still be resumed.
        SaveCheckpoint();
        ProgressMeter meter = new(_clock, _session);
        bool isDiverged = false;
        while (_session.Step < Configuration.Steps && !cancellation.IsCancellationRequested && !isDiverged)
        {
            isDiverged = !_session.Advance();
            if (isDiverged)
            {
                ReportDivergence();
                break;
            }

            meter.Add(_session.Loss);
            _recorder.Scalar(TrainingLossMetric, _session.Step, _session.Loss);
            _recorder.Scalar(GradientNormMetric, _session.Step, _session.GradientNorm);
            DoWhatIsDue(meter, cancellation);
        }

        return Finish(isDiverged, started, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _recorder.Dispose();
    }

    private void DoWhatIsDue(ProgressMeter meter, CancellationToken cancellation)
    {
        long step = _session.Step;
        bool isLast = step == Configuration.Steps;
        using (meter.Pause())
        {
            if (IsDue(Configuration.ValidationInterval, step) || isLast)
            {
                Validate(cancellation);
            }

            if (IsDue(Configuration.CheckpointInterval, step))
            {
                SaveCheckpoint();
            }

            if (IsDue(Configuration.SampleInterval, step))
            {
                Sample(cancellation);
            }
        }

        if (step % Configuration.LogInterval == 0 || isLast)
        {
            StepReport report = meter.Report(_validationLoss, _success);
            _trainingLoss = report.TrainingLoss;
            RecordReport(report);
            _observer.OnStep(report);
        }
    }

    private TrainingSummary Finish(bool isDiverged, long started, CancellationToken cancellation)
    {
        bool isInterrupted = cancellation.IsCancellationRequested && _session.Step < Configuration.Steps;
        if (!isDiverged)
        {
            SaveCheckpoint();
        }

        RunStatus status = isDiverged ? RunStatus.Diverged
            : isInterrupted ? RunStatus.Interrupted
            : RunStatus.Completed;
        _recorder.Finish(status, _trainingLoss, _validationLoss);
        return new TrainingSummary(
            RunId,
            _session.Step,
            Configuration.Steps,
            isInterrupted,
            isDiverged,
            _trainingLoss,
            _validationLoss,
            _success,
            _clock.GetElapsedTime(started),
            _session.Network.Layout.Count);
    }

    private void RecordReport(StepReport report)
    {
        _recorder.Scalar(LearningRateMetric, report.Step, report.LearningRate);
        _recorder.Scalar(CharactersPerSecondMetric, report.Step, report.CharactersPerSecond);
        for (int layer = 0; layer < Configuration.Layers; layer++)
        {
            TotalGradientNorm.Measure(_session.Pass, layer, _gradientNorms);
            _recorder.Row(TotalGradientNorm.MetricName, layer, report.Step, _gradientNorms);
        }
    }

    private void Validate(CancellationToken cancellation)
    {
        try
        {
            TaskScore? score = _session.Validate(cancellation);
            _validationLoss = score?.Loss ?? _validationLoss;
            _success = _session.Data.Task is null ? null : score?.Success;
        }
        catch (OperationCanceledException)
        {
            // Interrupted: the newest complete validation stands.
            return;
        }

        if (_validationLoss is double loss)
        {
            _recorder.Scalar(ValidationLossMetric, _session.Step, loss);
            if (_success is double success)
            {
                _recorder.Scalar(ValidationSuccessMetric, _session.Step, success);
            }

            if (!(loss >= _bestValidationLoss))
            {
                _bestValidationLoss = loss;
                SaveCheckpoint();
                _store.Checkpoints.Pin(RunId, _session.Step, BestPin);
            }
        }
    }

    private void SaveCheckpoint()
    {
        if (_savedStep == _session.Step)
        {
            return;
        }

        // First the columns: a checkpoint must never be ahead of what was recorded.
        _recorder.Flush();
        _store.Checkpoints.Save(
            RunId,
            _session.Step,
            CheckpointContent.Tensors(_session),
            CheckpointContent.Metadata(_session, _bestValidationLoss));
        _savedStep = _session.Step;
        _observer.OnCheckpoint(_session.Step);
    }

    private void Sample(CancellationToken cancellation)
    {
        using TextGenerator generator = new(_session.Network, _session.Data.Vocabulary!);
        SamplingOptions options = new()
        {
            Temperature = SampleTemperature,
            Seed = Configuration.Seed + (ulong)_session.Step,
        };
        string text = generator.Generate(string.Empty, SampleLength, options, onCharacter: null, cancellation);
        _recorder.Sample(_session.Step, text);
        _observer.OnSample(_session.Step, text);
    }

    private void ReportDivergence()
    {
        string what = double.IsFinite(_session.Loss) ? "gradient" : "loss";
        string message =
            $"The {what} of step {_session.Step + 1} is not a finite number; training stopped and the checkpoint of step "
            + $"{_savedStep} stands. Try a smaller --learning-rate, or --clip-norm 1.";
        _recorder.Event(_session.Step, RunEventLevel.Error, "Not a finite number", message);
        _observer.OnWarning(message);
    }

    private string Describe()
    {
        TrainingConfiguration c = Configuration;
        return $"{string.Join(',', c.Cells)} · {c.Layers} {(c.Layers == 1 ? "layer" : "layers")} of {c.HiddenSize} · "
            + $"{_session.Network.Layout.Count:N0} parameters · {_session.Data.Description} · "
            + $"T {c.SequenceLength}, B {c.BatchSize} · {c.Threads} {(c.Threads == 1 ? "thread" : "threads")}";
    }

    private static bool IsDue(long interval, long step) => interval > 0 && step % interval == 0;
}
