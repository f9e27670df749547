using Backflow.Telemetry;
using Backflow.Training.Control;
using Backflow.Training.Generation;
using Backflow.Training.Metering;
using Backflow.Training.Notes;
using Backflow.Training.Recording;
using Backflow.Training.Tasks.Sequences;
using Backflow.Training.Verdicts;

namespace Backflow.Training;

/// <summary>A training run from its first step, or from a checkpoint, to its end: recorded, validated, judged,
/// interruptible.</summary>
/// <remarks>
/// The loop alone. <see cref="TrainingSession"/> does a step; <see cref="CheckpointPolicy"/> decides what is saved and
/// <see cref="VerdictPolicy"/> what a verdict does; an <see cref="ITrainingRecord"/> keeps all of it.
/// </remarks>
public sealed class TrainingRun : IDisposable
{
    private const int SampleLength = 200;
    private const double SampleTemperature = 0.8;

    private readonly ITrainingRecord _record;
    private readonly TrainingSession _session;
    private readonly ITrainingObserver _observer;
    private readonly TimeProvider _clock;
    private readonly MeasurementFanOut _sink;
    private readonly RunVerdicts _verdicts;
    private readonly TrainingTelemetry? _telemetry;
    private readonly ReachRecorder _reach;
    private readonly RunScores _scores = new();
    private readonly CheckpointPolicy _checkpoints;
    private readonly VerdictPolicy _policy;
    private ProgressMeter? _meter;
    private long _started;
    private TrainingConfiguration? _planned;
    private ControlPolicy? _control;
    private bool _isDiverged;

    /// <summary>Prepares a run of a session from its first step on.</summary>
    /// <param name="session">What is trained; the run disposes of it.</param>
    /// <param name="record">Keeps what the run produces; the run disposes of it.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="commands">Writes the commands of remedies; null for settings alone.</param>
    public TrainingRun(
        TrainingSession session,
        ITrainingRecord record,
        ITrainingObserver observer,
        TimeProvider clock,
        ICommandWriter? commands = null)
    {
        _session = session;
        _record = record;
        _observer = observer;
        _clock = clock;
        _verdicts = new RunVerdicts(session);
        RunMeter meter = new(record.RunId, session);
        _sink = new MeasurementFanOut(record, _verdicts, meter);
        _checkpoints = new CheckpointPolicy(session, record, _verdicts, _scores, observer);
        _policy = new VerdictPolicy(session, record, _verdicts, meter, _checkpoints, observer, commands);
        TrainingConfiguration configuration = session.Configuration;
        TelemetryPlan plan = new(
            configuration.Telemetry, configuration.TelemetryInterval, configuration.BatchSize, configuration.Steps);
        _reach = new ReachRecorder(session, _sink, clock, record);
        _telemetry = plan.IsOn ? new TrainingTelemetry(session, plan, _sink, clock) : null;
    }

    /// <summary>The run's id.</summary>
    public string RunId => _record.RunId;

    /// <summary>What is trained, as it is now.</summary>
    public TrainingSession Session => _session;

    /// <summary>What people ask of the run while it is trained; null where they cannot. Set before
    /// <see cref="Begin"/>.</summary>
    public ITrainingControl? Control { get; set; }

    /// <summary>Whether effective context and gradient reach are measured; set before <see cref="Begin"/>.</summary>
    public bool MeasuresReach { get; set; } = true;

    /// <summary>A step before the last one, at which the run is left for later: it is measured there as at its end, and
    /// goes on from its checkpoint. Null for none; set before <see cref="Begin"/>.</summary>
    public long? PausesAt
    {
        get;
        set
        {
            field = value;
            _reach.AlsoAt = value;
        }
    }

    private TrainingConfiguration Configuration => _session.Configuration;

    private long EndsAt => Math.Min(PausesAt ?? long.MaxValue, Configuration.Steps);

    private ProgressMeter Meter =>
        _meter ?? throw new InvalidOperationException($"A run goes on only after {nameof(Begin)}.");

    /// <summary>Goes on where a session stands after <see cref="CheckpointContent.Restore"/>: what was recorded after
    /// it is discarded, and what the rules and the telemetry look back on is read.</summary>
    /// <param name="bestValidationLoss">The lowest validation loss so far; null before the first.</param>
    /// <param name="planned">The configuration of the run before; null where it is still the same.</param>
    public void GoOn(double? bestValidationLoss, TrainingConfiguration? planned = null)
    {
        _planned = planned ?? Configuration;
        _scores.BestValidationLoss = bestValidationLoss;
        _checkpoints.StartAt(_session.Step);
        _record.DiscardAfter(_session.Step);
        _telemetry?.Recall(_record);
        _verdicts.Restart(_record);
    }

    /// <summary>Trains to the end, or until cancelled; either way a checkpoint is saved and the store is in
    /// order.</summary>
    /// <param name="cancellation">Ends training after the current step.</param>
    /// <returns>How it ended.</returns>
    public TrainingSummary Train(CancellationToken cancellation)
    {
        Begin();
        while (Advance(cancellation))
        {
        }

        return End();
    }

    /// <summary>Begins what <see cref="Train"/> does alone, for a caller that does the steps one by one: tells the
    /// observer, and saves the first checkpoint.</summary>
    /// <exception cref="InvalidOperationException">The run was begun before.</exception>
    public void Begin()
    {
        if (_meter is not null)
        {
            throw new InvalidOperationException("A run begins once.");
        }

        _started = _clock.GetTimestamp();
        if (_session.Data.Task is SequenceTask task)
        {
            _observer.OnTask(new TaskOutcome(
                _session.Data.TaskName,
                task.DependencyLength,
                task.Shape.IsRegression,
                task.SuccessMeasure,
                task.Baselines,
                task.Dependencies));
            if (_planned is null)
            {
                _record.Event(
                    _session.Step,
                    VerdictSeverity.Information,
                    DependencyRange.EventTitle,
                    $"What an answer needs lies {task.Dependencies} back.",
                    task.Dependencies.ToJson());
            }
        }

        _observer.OnStart(RunId, Describe(), _session.Step);
        Say(_planned is null ? RunNotes.OfStart(_session) : RunNotes.OfGoingOn(_planned, _session));

        if (_session.Step == 0 && MeasuresReach)
        {
            _reach.MeasureWhereDue(CancellationToken.None);
        }

        // At step 0 too: a run killed before its first interval can still be resumed.
        _checkpoints.Save();
        _telemetry?.Attach();
        _meter = new ProgressMeter(_clock, _session);
        _control = Control is ITrainingControl control
            ? new ControlPolicy(_session, _record, _checkpoints, _observer, control)
            : null;
    }

    /// <summary>Does one step and what is due after it.</summary>
    /// <param name="cancellation">No step is begun once it is cancelled, and a validation ends early.</param>
    /// <returns>False where no step is left before its end or <see cref="PausesAt"/>, or the run was cancelled or has
    /// diverged.</returns>
    /// <exception cref="InvalidOperationException">The run was not begun.</exception>
    public bool Advance(CancellationToken cancellation)
    {
        if (_isDiverged || _policy.StoppedBy is not null || _session.Step >= EndsAt
            || cancellation.IsCancellationRequested)
        {
            return false;
        }

        ProgressMeter meter = Meter;
        _control?.Obey(meter, cancellation);
        if (_control?.IsStopped == true || cancellation.IsCancellationRequested)
        {
            return false;
        }

        _isDiverged = !_session.Advance();
        if (_session.Flossed is FlossingOutcome flossed)
        {
            _record.Event(flossed.Step, VerdictSeverity.Information, "Flossed", flossed.Describe());
        }

        if (_isDiverged)
        {
            ReportDivergence();
            return !_isDiverged;
        }

        meter.Add(_session.Loss);
        _sink.Scalar(TrainingMetrics.TrainingLoss, _session.Step, _session.Loss);
        _checkpoints.Confirm();
        double? newValidationLoss = RecordWhatIsDue(meter, cancellation);
        Judgement judgement = Judge();

        // Last, so that a checkpoint is never ahead of what was recorded: a run that is killed here and goes on from it
        // lacks nothing of this step.
        if (judgement is Judgement.GoOn or Judgement.Stop)
        {
            SaveWhatIsDue(meter, newValidationLoss);
        }

        return judgement is Judgement.GoOn or Judgement.RolledBack;
    }

    /// <summary>Writes what is left to write, and a last checkpoint.</summary>
    /// <param name="isDone">Whether all that was asked for is done although steps are left, as where a network was only
    /// to be measured.</param>
    /// <returns>How the run ended.</returns>
    /// <exception cref="InvalidOperationException">The run was not begun.</exception>
    public TrainingSummary End(bool isDone = false)
    {
        ProgressMeter meter = Meter;
        _telemetry?.Complete();
        if (!_isDiverged && _policy.StoppedBy is null)
        {
            // Spectra that were under way have arrived.
            Judge();
        }

        bool isInterrupted = !_isDiverged && !isDone && _session.Step < Configuration.Steps;
        if (!_isDiverged)
        {
            _checkpoints.Save();
        }

        TrainingEnd end = _isDiverged ? TrainingEnd.Diverged
            : isInterrupted ? TrainingEnd.Interrupted
            : TrainingEnd.Completed;
        _record.Finish(end, _scores.TrainingLoss, _scores.ValidationLoss);
        return new TrainingSummary(
            RunId,
            _session.Step,
            Configuration.Steps,
            isInterrupted,
            _isDiverged,
            _scores.TrainingLoss,
            _scores.ValidationLoss,
            _scores.Success,
            _clock.GetElapsedTime(_started),
            _session.Network.Layout.Count,
            _telemetry is null ? null : meter.MeasuringShare,
            _record.DroppedRows,
            _policy.StoppedBy,
            _reach.Context,
            _reach.Reach,
            _reach.Spent,
            _control?.IsStopped == true);
    }

    /// <summary>
    /// Has the run save a checkpoint after its current step, and go on: for a process that may be ended soon. Any
    /// thread may ask.
    /// </summary>
    public void RequestCheckpoint() => _checkpoints.Request();

    /// <inheritdoc/>
    public void Dispose()
    {
        _telemetry?.Dispose();
        _session.Dispose();
        _record.Dispose();
    }

    /// <summary>Validates, writes a sample and reports, each where it is due.</summary>
    /// <returns>The validation loss of this step; null without one.</returns>
    private double? RecordWhatIsDue(ProgressMeter meter, CancellationToken cancellation)
    {
        long step = _session.Step;
        bool isLast = step == EndsAt;
        double? newValidationLoss = null;
        using (meter.Pause())
        {
            if (IsDue(Configuration.ValidationInterval, step) || isLast)
            {
                newValidationLoss = Validate(cancellation);
            }

            if (MeasuresReach)
            {
                _reach.MeasureWhereDue(cancellation);
            }

            if (IsDue(Configuration.SampleInterval, step))
            {
                Sample(cancellation);
            }
        }

        if (step % Configuration.LogInterval == 0 || isLast)
        {
            StepReport report = meter.Report(_scores.ValidationLoss, _scores.Success, _telemetry?.TakeTimeSpent());
            _scores.TrainingLoss = report.TrainingLoss;
            RecordReport(report);
            _observer.OnStep(report);
        }

        return newValidationLoss;
    }

    private void SaveWhatIsDue(ProgressMeter meter, double? newValidationLoss)
    {
        using (meter.Pause())
        {
            if (newValidationLoss is double loss)
            {
                _checkpoints.SaveWhereBest(loss);
            }

            _checkpoints.SaveWhereDue();
        }
    }

    private void RecordReport(StepReport report)
    {
        _sink.Scalar(TrainingMetrics.LearningRate, report.Step, report.LearningRate);
        _sink.Scalar(TrainingMetrics.CharactersPerSecond, report.Step, report.CharactersPerSecond);
        if (report.TelemetryCost is double cost)
        {
            _sink.Scalar(TrainingMetrics.TelemetryCost, report.Step, cost);
            _sink.Scalar(TrainingMetrics.DroppedRows, report.Step, _record.DroppedRows);
        }
    }

    /// <summary>Measures the network on held-out data now, and records it.</summary>
    /// <param name="cancellation">Ends it early; the newest complete measurement stands.</param>
    /// <returns>The loss: nats, or mean squared error; null where there is no such data, or it was ended.</returns>
    public double? Validate(CancellationToken cancellation)
    {
        try
        {
            TaskScore? score = _session.Validate(cancellation);
            _scores.ValidationLoss = score?.Loss ?? _scores.ValidationLoss;
            _scores.Success = _session.Data.Task is null ? null : score?.Success;
        }
        catch (OperationCanceledException)
        {
            // Interrupted: the newest complete validation stands.
            return null;
        }

        if (_scores.ValidationLoss is double loss)
        {
            _sink.Scalar(TrainingMetrics.ValidationLoss, _session.Step, loss);
            if (_scores.Success is double success)
            {
                _sink.Scalar(TrainingMetrics.ValidationSuccess, _session.Step, success);
            }
        }

        return _scores.ValidationLoss;
    }

    private void Sample(CancellationToken cancellation)
    {
        if (!TextGenerator.CanWrite(_session.Network))
        {
            return;
        }

        using TextGenerator generator = new(_session.Network, _session.Data.Vocabulary!);
        SamplingOptions options = new()
        {
            Temperature = SampleTemperature,
            Seed = Configuration.Seed + (ulong)_session.Step,
        };
        string text = generator.Generate(string.Empty, SampleLength, options, onCharacter: null, cancellation);
        _record.Sample(_session.Step, text);
        _observer.OnSample(_session.Step, text);
    }

    private void ReportDivergence()
    {
        string what = double.IsFinite(_session.Loss) ? "gradient" : "loss";
        long step = _session.Step + 1;
        _sink.Scalar(TrainingMetrics.TrainingLoss, step, _session.Loss);
        _verdicts.InspectDivergence();
        Judge();
        if (_isDiverged)
        {
            _observer.OnWarning(
                $"The {what} of step {step} is not a finite number; training stopped and the checkpoint of step "
                + $"{_checkpoints.LastGoodStep ?? _checkpoints.SavedStep} stands.");
        }
    }

    private void Say(IEnumerable<RunNote> notes)
    {
        foreach (RunNote note in notes)
        {
            _record.Event(_session.Step, VerdictSeverity.Information, note.Title, note.Text);
            if (note.IsShown)
            {
                _observer.OnNote(note.Text);
            }
        }
    }

    /// <summary>Takes what the rules found after a step.</summary>
    private Judgement Judge()
    {
        Judgement judgement = _policy.Judge();
        if (judgement == Judgement.RolledBack)
        {
            Control?.ForgetAfter(_session.Step);
        }

        _isDiverged = judgement switch
        {
            Judgement.RolledBack => false,
            Judgement.GiveUp => true,
            _ => _isDiverged,
        };
        return judgement;
    }

    private string Describe()
    {
        TrainingConfiguration c = Configuration;
        return $"{string.Join(',', c.Cells)} · {NumberText.Counted(NumberText.Count(c.Layers), "layer")} of "
            + $"{c.HiddenSize} · {NumberText.Count(_session.Network.Layout.Count)} parameters · "
            + $"{_session.Data.Description} · "
            + $"T {c.SequenceLength}, B {c.BatchSize} · {NumberText.Counted(NumberText.Count(c.Threads), "thread")}";
    }

    private static bool IsDue(long interval, long step) => interval > 0 && step % interval == 0;
}
