namespace Backflow.Training;

/// <summary>Mean loss, speed and time left, over the steps since the last report.</summary>
internal sealed class ProgressMeter(TimeProvider clock, TrainingSession session)
{
    private long _intervalStart = clock.GetTimestamp();
    private TimeSpan _paused;
    private double _lossSum;
    private long _steps;
    private double _smoothedSecondsPerStep;
    private TimeSpan _totalMeasuring;
    private double _totalSeconds;
    private long _reports;

    /// <summary>Share of the time so far that was spent on measuring, in [0, 1]. The first interval, in which methods
    /// are compiled, counts only while there is no other.</summary>
    public double MeasuringShare => _totalSeconds > 0 ? _totalMeasuring.TotalSeconds / _totalSeconds : 0;

    /// <summary>A step was done.</summary>
    public void Add(double loss)
    {
        _lossSum += loss;
        _steps++;
    }

    /// <summary>Leaves the time until disposal out of the speed.</summary>
    public Pauser Pause() => new(this, clock.GetTimestamp());

    /// <summary>Reports and starts the next interval.</summary>
    /// <param name="validationLoss">The newest validation loss.</param>
    /// <param name="success">The newest share of successes.</param>
    /// <param name="measuring">The part of the interval that telemetry took; null where there is none.</param>
    public StepReport Report(double? validationLoss, double? success, TimeSpan? measuring)
    {
        double seconds = (clock.GetElapsedTime(_intervalStart) - _paused).TotalSeconds;
        if (_reports++ == 1)
        {
            _totalSeconds = 0;
            _totalMeasuring = TimeSpan.Zero;
        }

        _totalSeconds += seconds;
        _totalMeasuring += measuring ?? TimeSpan.Zero;
        double secondsPerStep = seconds / _steps;

        // Half of the weight on the newest interval: the first one contains compilation.
        _smoothedSecondsPerStep = _smoothedSecondsPerStep == 0
            ? secondsPerStep
            : 0.5 * (_smoothedSecondsPerStep + secondsPerStep);
        long left = session.Configuration.Steps - session.Step;
        StepReport report = new(
            session.Step,
            session.Configuration.Steps,
            session.Epoch,
            _lossSum / _steps,
            validationLoss,
            success,
            session.GradientNorm,
            session.LearningRate,
            session.CharactersPerStep / secondsPerStep,
            TimeSpan.FromSeconds(left * _smoothedSecondsPerStep),
            measuring?.TotalSeconds / seconds);
        _intervalStart = clock.GetTimestamp();
        _paused = TimeSpan.Zero;
        _lossSum = 0;
        _steps = 0;
        return report;
    }

    /// <summary>The time between its creation and its disposal does not count.</summary>
    internal readonly ref struct Pauser(ProgressMeter meter, long start)
    {
        public void Dispose() => meter.EndPause(start);
    }

    private void EndPause(long start) => _paused += clock.GetElapsedTime(start);
}
