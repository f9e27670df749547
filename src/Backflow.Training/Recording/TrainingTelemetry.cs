using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.Training.Recording;

/// <summary>Measures what is due while a session trains, each metric of the registry at the moment when it can be
/// read.</summary>
/// <remarks>
/// Reads and never writes: parameters have the same bits with and without it. A step allocates nothing here; spectra
/// are computed on a thread of their own. The time spent is itself measured.
/// </remarks>
public sealed class TrainingTelemetry : IStepObserver, IDisposable
{
    private readonly TrainingSession _session;
    private readonly IMeasurementSink _sink;
    private readonly TimeProvider _clock;
    private readonly ImmutableArray<ScheduledMeasurement> _measurements;
    private long _started;
    private TimeSpan _spent;

    /// <summary>Measures a session from the moment when <see cref="Attach"/> is called.</summary>
    /// <param name="session">What trains.</param>
    /// <param name="plan">What is measured, and at which steps.</param>
    /// <param name="sink">Takes the measurements, on the training thread.</param>
    /// <param name="clock">Measures the time that measuring takes.</param>
    public TrainingTelemetry(TrainingSession session, TelemetryPlan plan, IMeasurementSink sink, TimeProvider clock)
    {
        _session = session;
        _sink = sink;
        _clock = clock;
        _measurements = ScheduledMeasurement.Attach(session, plan);
    }

    /// <summary>
    /// Starts to watch the session; what belongs to its parameters as they are belongs to its last step.
    /// </summary>
    public void Attach()
    {
        _session.Observer = this;

        // Also where a run goes on: the spectra of its last step may have been under way when it ended.
        foreach (ScheduledMeasurement scheduled in _measurements)
        {
            if (scheduled.Schedule.IsDue(_session.Step))
            {
                scheduled.Measurement.Begin(_session.Step);
            }
        }
    }

    /// <summary>Takes up what earlier steps left in the record.</summary>
    /// <param name="record">The record of the training that goes on.</param>
    public void Recall(ITrainingRecord record)
    {
        foreach (Measurement measurement in _measurements.Select(static scheduled => scheduled.Measurement))
        {
            if (measurement.RecalledSteps > 0)
            {
                long first = _session.Step - measurement.RecalledSteps + 1;
                measurement.Recall(column => record.Scalars(column, first, _session.Step));
            }
        }
    }

    /// <inheritdoc/>
    public void AfterForward(long step)
    {
        Start();
        foreach (ScheduledMeasurement scheduled in _measurements)
        {
            if (scheduled.IsDue(step))
            {
                scheduled.Measurement.AfterForward(step, _sink);
            }
        }

        Stop();
    }

    /// <inheritdoc/>
    public void AfterBackward(long step)
    {
        Start();

        // If they are not, training ends here and the gradients are evidence, whatever the schedule says.
        bool isFinite = double.IsFinite(_session.Loss) && double.IsFinite(_session.GradientNorm);
        foreach (ScheduledMeasurement scheduled in _measurements)
        {
            if (scheduled.IsDue(step) || (!isFinite && scheduled.Measurement.IsEvidence))
            {
                scheduled.Measurement.AfterBackward(step, _sink);
            }
        }

        Stop();
    }

    /// <inheritdoc/>
    public void BeforeUpdate(long step)
    {
        Start();
        foreach (ScheduledMeasurement scheduled in _measurements)
        {
            if (scheduled.IsDue(step))
            {
                scheduled.Measurement.BeforeUpdate(step, _sink);
            }
        }

        Stop();
    }

    /// <inheritdoc/>
    public void AfterUpdate(long step)
    {
        Start();
        foreach (ScheduledMeasurement scheduled in _measurements)
        {
            if (scheduled.IsDue(step))
            {
                scheduled.Measurement.AfterUpdate(step, _sink);
            }

            scheduled.Measurement.Collect(_sink);
        }

        Stop();
    }

    /// <summary>The time that the training thread spent here since the last call.</summary>
    public TimeSpan TakeTimeSpent()
    {
        TimeSpan spent = _spent;
        _spent = TimeSpan.Zero;
        return spent;
    }

    /// <summary>Waits for what is computed in the background and hands it on; nothing is measured after this.</summary>
    public void Complete()
    {
        _session.Observer = null;
        foreach (ScheduledMeasurement scheduled in _measurements)
        {
            scheduled.Measurement.Complete(_sink);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ScheduledMeasurement scheduled in _measurements)
        {
            scheduled.Measurement.Dispose();
        }
    }

    private void Start() => _started = _clock.GetTimestamp();

    private void Stop() => _spent += _clock.GetElapsedTime(_started);
}
