using Backflow.Telemetry;

namespace Backflow.Training.Recording;

/// <summary>Measures effective context and gradient reach while a run trains, on a schedule of its own.</summary>
/// <remarks>
/// A function of the steps alone, so that a resumed run measures at the same ones: before the first step, then 20 times
/// at equal distances of 5 to 1000 steps, and at the last step on more sequences and with the whole curve. Parameters,
/// optimizer and carried state stay as they are.
/// </remarks>
/// <param name="session">What trains.</param>
/// <param name="sink">Takes the numbers.</param>
/// <param name="clock">Measures the time that measuring takes.</param>
/// <param name="record">Keeps the curve of the last step; null where it is not kept.</param>
public sealed class ReachRecorder(
    TrainingSession session, IMeasurementSink sink, TimeProvider clock, ITrainingRecord? record = null)
{
    private const int Points = 20;
    private const long ShortestInterval = 5;
    private const long LongestInterval = 1000;

    private bool _isCompiled;

    /// <summary>The effective context of the last step; null before it, and where the data has none.</summary>
    public EffectiveContext? Context { get; private set; }

    /// <summary>The gradient reach of the last step; null before it, and where the data has none.</summary>
    public ReachMeasurement? Reach { get; private set; }

    /// <summary>
    /// The time spent measuring so far, without the first measurement: that one holds the compilation of the passes,
    /// which the first step would have paid for.
    /// </summary>
    public TimeSpan Spent { get; private set; }

    /// <summary>A step at which is measured beside those of the schedule; null for none.</summary>
    public long? AlsoAt { get; set; }

    /// <summary>Steps between two measurements.</summary>
    /// <param name="configuration">What is trained.</param>
    /// <returns>At least 1; 0 for no measurement.</returns>
    public static long IntervalOf(TrainingConfiguration configuration) =>
        configuration.Telemetry == TelemetryPlan.LevelNames[0]
            ? 0
            : configuration.ReachInterval
                ?? Math.Clamp((configuration.Steps + Points - 1) / Points, ShortestInterval, LongestInterval);

    /// <summary>Measures where the session's step is due.</summary>
    /// <param name="cancellation">Leaves out a measurement that is under way.</param>
    public void MeasureWhereDue(CancellationToken cancellation)
    {
        TrainingConfiguration configuration = session.Configuration;
        long interval = IntervalOf(configuration);
        bool isLast = session.Step == configuration.Steps;
        if (interval == 0 || (session.Step % interval != 0 && !isLast && session.Step != AlsoAt))
        {
            return;
        }

        long started = clock.GetTimestamp();
        try
        {
            Measure(isLast, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The run ends with this step; a resumed one measures at the next that is due.
        }

        Spent += _isCompiled ? clock.GetElapsedTime(started) : TimeSpan.Zero;
        _isCompiled = true;
    }

    private void Measure(bool isLast, CancellationToken cancellation)
    {
        EffectiveContext? context = session.MeasureContext(isLast, cancellation);
        ReachMeasurement? reach = session.MeasureReach();
        if (context is not null)
        {
            sink.Scalar(EffectiveContext.MetricName, session.Step, context.Lags);
            sink.Scalar(EffectiveContext.LimitMetricName, session.Step, context.Limit);
        }

        if (reach is not null)
        {
            sink.Scalar(GradientReach.GrowthMetricName, session.Step, reach.Growth ?? 1);
            sink.Scalar(GradientReach.LimitMetricName, session.Step, reach.Longest);
        }

        if (reach is { Growth: null })
        {
            sink.Scalar(GradientReach.MetricName, session.Step, reach.Median);
            sink.Scalar(GradientReach.LowerMetricName, session.Step, reach.LowerQuartile);
            sink.Scalar(GradientReach.UpperMetricName, session.Step, reach.UpperQuartile);
        }

        if (isLast && (context is not null || reach is not null))
        {
            (Context, Reach) = (context, reach);
            string unit = session.Data.Task is null ? "characters" : "timesteps";
            record?.Event(
                session.Step,
                VerdictSeverity.Information,
                ReachPayload.EventTitle,
                ReachText.Sentence(ReachText.Of(context), ReachText.Of(reach), unit),
                ReachPayload.ToJson(context, reach, unit));
        }
    }
}
