using System.Collections.Immutable;
using System.Globalization;
using Backflow.Telemetry;

namespace Backflow.Training;

/// <summary>What a run measures, and at which steps.</summary>
/// <remarks>
/// A function of the step alone, so that a resumed run measures at the same steps. Besides its schedule, everything
/// that is measured in a step is measured in the first one: the network before it has learned anything. Spectra need no
/// step and begin with the parameters that were drawn, at step 0.
/// </remarks>
public sealed class TelemetryPlan
{
    /// <summary>The interval that is logarithmic.</summary>
    public const string LogarithmicInterval = "log";

    /// <summary>The largest interval in steps.</summary>
    public const int LongestInterval = 1_000_000;

    // Spectra belong to parameters, which move slowly, and are computed one at a time.
    private const int MeasurementsPerSpectrum = 10;
    private const int FewestSpectra = 20;
    private const int UsualSpectrumInterval = 100;
    private const int MeasurementsPerRepetition = 5;
    private const int MeasurementsPerDecade = 100;

    // A repetition takes at least one sequence. From this batch on that is little of a step.
    private const int BatchOfCheapRepetitions = 4;

    private readonly TelemetryLevel _level;
    private readonly string? _interval;
    private readonly int _batchSize;
    private readonly long? _steps;

    /// <summary>Makes a plan.</summary>
    /// <param name="level">One of <see cref="LevelNames"/>.</param>
    /// <param name="interval">Steps between two measurements, or log; null for the level's own schedules.</param>
    /// <param name="batchSize">Sequences per step: below four of them, what repeats a part of a step is measured more
    /// rarely, at one sequence a fourth as often.</param>
    /// <param name="steps">Steps of the training: a short one has spectra at a twentieth of them. Null where the end is
    /// not known.</param>
    public TelemetryPlan(string level, string? interval, int batchSize, long? steps = null)
    {
        _level = Levels[level];
        _interval = interval;
        _batchSize = batchSize;
        _steps = steps;
    }

    /// <summary>The levels by name.</summary>
    public static ImmutableArray<string> LevelNames => Levels.Names;

    internal static NameTable<TelemetryLevel> Levels { get; } = new(
        ("off", TelemetryLevel.Off), ("economy", TelemetryLevel.Economy), ("full", TelemetryLevel.Full));

    /// <summary>Whether anything is measured.</summary>
    public bool IsOn => _level != TelemetryLevel.Off;

    /// <summary>Whether a text is an interval.</summary>
    /// <param name="interval">The text.</param>
    /// <returns>True for log and for a number of steps that is allowed.</returns>
    public static bool IsInterval(string interval) =>
        interval == LogarithmicInterval || TrySteps(interval, out int steps) && steps is > 0 and <= LongestInterval;

    /// <summary>When a metric is measured.</summary>
    /// <param name="metric">A metric of <see cref="MetricRegistry"/>.</param>
    /// <returns>Its schedule.</returns>
    public MeasurementSchedule ScheduleOf(MetricDescription metric)
    {
        MeasurementSchedule usual = MetricRegistry.ScheduleOf(metric, _level);
        MeasurementSchedule chosen =
            _interval is null || usual == MeasurementSchedule.OnDemand || metric.Cost == CostClass.Free
                ? usual
                : OfInterval(_interval).Rarer(MeasurementsPer(metric.Cost));
        return metric.Cost switch
        {
            CostClass.Repeat => chosen.Rarer(Math.Max(1, BatchOfCheapRepetitions / _batchSize)),

            // As many pictures in a short run as a reader needs to see something move.
            CostClass.Background when chosen == usual && usual != MeasurementSchedule.OnDemand
                && _steps < FewestSpectra * UsualSpectrumInterval =>
                    MeasurementSchedule.Every((int)Math.Max(1, _steps.Value / FewestSpectra)),
            _ => chosen,
        };
    }

    /// <summary>Whether a schedule of this plan asks for a measurement within a step.</summary>
    /// <param name="schedule">What <see cref="ScheduleOf"/> answered.</param>
    /// <param name="step">The step under way, from 1.</param>
    /// <returns>True where it does.</returns>
    public static bool IsDue(MeasurementSchedule schedule, long step) =>
        schedule.IsDue(step) || (step == 1 && schedule != MeasurementSchedule.OnDemand);

    private static int MeasurementsPer(CostClass cost) => cost switch
    {
        CostClass.Repeat => MeasurementsPerRepetition,
        CostClass.Background => MeasurementsPerSpectrum,
        _ => 1,
    };

    private static MeasurementSchedule OfInterval(string interval) => TrySteps(interval, out int steps)
        ? MeasurementSchedule.Every(steps)
        : MeasurementSchedule.Logarithmic(MeasurementsPerDecade);

    private static bool TrySteps(string interval, out int steps) =>
        int.TryParse(interval, NumberStyles.None, CultureInfo.InvariantCulture, out steps);
}
