using Backflow.Training.Generation;
using Backflow.Training.Metering;
using Backflow.Training.Recording;
using Backflow.Training.Tasks.Sequences;
using Backflow.Training.Verdicts;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;

namespace Backflow.Training;

/// <summary>A training run from its first step, or from a checkpoint, to its end: recorded, validated,
/// interruptible.</summary>
public sealed partial class TrainingRun : IDisposable
{
    /// <summary>Loss of each step, nats per character.</summary>
    public const string TrainingLossMetric = "training-loss";

    /// <summary>Mean loss over the validation part, nats per character.</summary>
    public const string ValidationLossMetric = "validation-loss";

    /// <summary>Share of successes over a task's validation sequences.</summary>
    public const string ValidationSuccessMetric = "validation-success";

    /// <summary>Learning rate.</summary>
    public const string LearningRateMetric = "learning-rate";

    /// <summary>Characters trained on per second.</summary>
    public const string CharactersPerSecondMetric = "characters-per-second";

    /// <summary>Share of the time of the steps since the last log line that telemetry took.</summary>
    public const string TelemetryCostMetric = "telemetry-cost";

    /// <summary>Rows lost so far because the disk was slower than training.</summary>
    public const string DroppedRowsMetric = "dropped-rows";

    private const string BestPin = "best";

    /// <summary>The newest checkpoint whose parameters have proved good: the loss of the step after it was.</summary>
    private const string GoodPin = "good";

    private const int SampleLength = 200;
    private const double SampleTemperature = 0.8;

    private readonly RunStore _store;
    private readonly RunRecorder _recorder;
    private readonly TrainingSession _session;
    private readonly ITrainingObserver _observer;
    private readonly TimeProvider _clock;
    private readonly MeasurementFanOut _sink;
    private readonly RunVerdicts _verdicts;
    private readonly RunMeter _metered;
    private readonly TrainingTelemetry? _telemetry;
    private ProgressMeter? _meter;
    private long _started;
    private bool _isDiverged;
    private double? _bestValidationLoss;
    private double? _validationLoss;
    private double? _success;
    private double? _trainingLoss;
    private long _savedStep = -1;
    private bool _isCheckpointDue;

    private TrainingRun(
        RunStore store, string runId, TrainingSession session, ITrainingObserver observer, TimeProvider clock)
    {
        _store = store;
        _session = session;
        _observer = observer;
        _clock = clock;
        RunId = runId;
        _recorder = store.OpenRecorder(runId);
        _verdicts = new RunVerdicts(session);
        _metered = new RunMeter(runId, session);
        _sink = new MeasurementFanOut(new RecorderSink(_recorder), _verdicts, _metered);
        TrainingConfiguration configuration = session.Configuration;
        TelemetryPlan plan = new(configuration.Telemetry, configuration.TelemetryInterval, configuration.BatchSize);
        _telemetry = plan.IsOn ? new TrainingTelemetry(session, plan, _sink, clock) : null;
    }

    /// <summary>The run's id.</summary>
    public string RunId { get; }

    /// <summary>The network as it is now.</summary>
    internal TrainingSession Session => _session;

    private TrainingConfiguration Configuration => _session.Configuration;

    /// <summary>Trains to the end, or until cancelled; either way a checkpoint is saved and the store is in
    /// order.</summary>
    /// <param name="cancellation">Ends training after the current step.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="RunStoreException">The store or a checkpoint cannot be written.</exception>
    public TrainingSummary Train(CancellationToken cancellation)
    {
        Begin();
        while (Advance(cancellation))
        {
        }

        return End();
    }

    /// <summary>Tells the observer, and saves the first checkpoint.</summary>
    internal void Begin()
    {
        _started = _clock.GetTimestamp();
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
        _telemetry?.Attach();
        _meter = new ProgressMeter(_clock, _session);
    }

    /// <summary>Does one step and what is due after it.</summary>
    /// <returns>False where no step is left, or the run was cancelled or has diverged.</returns>
    internal bool Advance(CancellationToken cancellation)
    {
        if (_isDiverged || _stoppedBy is not null || _session.Step >= Configuration.Steps
            || cancellation.IsCancellationRequested)
        {
            return false;
        }

        _isDiverged = !_session.Advance();
        if (_session.Flossed is FlossingOutcome flossed)
        {
            _recorder.Event(flossed.Step, RunEventLevel.Information, "Flossed", flossed.Describe());
        }

        if (_isDiverged)
        {
            ReportDivergence();
            return !_isDiverged;
        }

        _meter!.Add(_session.Loss);
        _sink.Scalar(TrainingLossMetric, _session.Step, _session.Loss);
        ConfirmCheckpoint();
        DoWhatIsDue(_meter, cancellation);
        return Judge();
    }

    /// <summary>Writes what is left to write and says how the run ended.</summary>
    internal TrainingSummary End()
    {
        _telemetry?.Complete();
        if (!_isDiverged && _stoppedBy is null)
        {
            // Spectra that were under way have arrived.
            Judge();
        }

        bool isInterrupted = !_isDiverged && _session.Step < Configuration.Steps;
        if (!_isDiverged)
        {
            SaveCheckpoint();
        }

        RunStatus status = _isDiverged ? RunStatus.Diverged
            : isInterrupted ? RunStatus.Interrupted
            : RunStatus.Completed;
        _recorder.Finish(status, _trainingLoss, _validationLoss);
        return new TrainingSummary(
            RunId,
            _session.Step,
            Configuration.Steps,
            isInterrupted,
            _isDiverged,
            _trainingLoss,
            _validationLoss,
            _success,
            _clock.GetElapsedTime(_started),
            _session.Network.Layout.Count,
            _telemetry is null ? null : _meter!.MeasuringShare,
            _recorder.DroppedRows,
            _stoppedBy);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _telemetry?.Dispose();
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

            // After a bad loss, which may be that of one batch, the next good one is waited for.
            _isCheckpointDue |= IsDue(Configuration.CheckpointInterval, step);
            if (_isCheckpointDue && !_verdicts.IsDoubtful)
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
            StepReport report = meter.Report(_validationLoss, _success, _telemetry?.TakeTimeSpent());
            _trainingLoss = report.TrainingLoss;
            RecordReport(report);
            _observer.OnStep(report);
        }
    }

    private void RecordReport(StepReport report)
    {
        _sink.Scalar(LearningRateMetric, report.Step, report.LearningRate);
        _sink.Scalar(CharactersPerSecondMetric, report.Step, report.CharactersPerSecond);
        if (report.TelemetryCost is double cost)
        {
            _sink.Scalar(TelemetryCostMetric, report.Step, cost);
            _sink.Scalar(DroppedRowsMetric, report.Step, _recorder.DroppedRows);
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
            _sink.Scalar(ValidationLossMetric, _session.Step, loss);
            if (_success is double success)
            {
                _sink.Scalar(ValidationSuccessMetric, _session.Step, success);
            }

            if (!(loss >= _bestValidationLoss) && !_verdicts.IsDamaged)
            {
                _bestValidationLoss = loss;
                SaveCheckpoint();
                _store.Checkpoints.Pin(RunId, _session.Step, BestPin);
            }
        }
    }

    private void SaveCheckpoint()
    {
        // What comes after damage must not push the last good checkpoint out.
        if (_savedStep == _session.Step || _verdicts.IsDamaged)
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
        _isCheckpointDue = false;
        _observer.OnCheckpoint(_session.Step);
    }

    // A loss is that of the parameters before its step's update. A pinned checkpoint is not pushed out by newer ones.
    private void ConfirmCheckpoint()
    {
        if (_savedStep == _session.Step - 1 && !_verdicts.IsDoubtful)
        {
            _store.Checkpoints.Pin(RunId, _savedStep, GoodPin);
        }
    }

    private static long? LastGoodStep(RunStore store, string runId) =>
        store.Checkpoints.List(runId).FirstOrDefault(static checkpoint => checkpoint.Pins.Contains(GoodPin))?.Step;

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
        long step = _session.Step + 1;
        _sink.Scalar(TrainingLossMetric, step, _session.Loss);
        _verdicts.InspectDivergence();
        Judge();
        if (_isDiverged)
        {
            _observer.OnWarning(
                $"The {what} of step {step} is not a finite number; training stopped and the checkpoint of step "
                + $"{LastGoodStep(_store, RunId) ?? _savedStep} stands.");
        }
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
