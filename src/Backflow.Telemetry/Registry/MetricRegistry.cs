using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Every metric, in the order in which docs/telemetry.md describes them.</summary>
public static class MetricRegistry
{
    private static ImmutableArray<Metric> _metrics =
    [
        new OnDemandMetric(EffectiveContext.Description, EffectiveContext.LimitDescription),
        new OnDemandMetric(
            GradientReach.Description,
            GradientReach.LowerDescription,
            GradientReach.UpperDescription,
            GradientReach.LimitDescription,
            GradientReach.GrowthDescription),
        new ClippingMetric(),
        new TotalGradientNorm(),
        new LayerGradientNorm(),
        new LocalGradientNorm(),
        new CellGradientNorm(),
        new OnDemandMetric(ItemisedGradientNorm.Description),
        new LastAnswerMetric(),
        new RecurrentWeightGradientNorm(),
        new InputWeightGradientNorm(),
        new GateStatistics(),
        new UnitStatistics(),
        new CarouselGain(),
        new OnDemandMetric(CarouselGradientNorm.Description),
        new OnDemandMetric(StepJacobian.Description),
        new OnDemandMetric(JacobianProduct.Description),
        new OnDemandMetric(JacobianBound.Description, JacobianBound.SpectralNormDescription),
        new SpectrumMetric(),
        new OnDemandMetric(LyapunovExponents.Description),
        new UpdateToWeightMetric(),
    ];

    /// <summary>Every metric: those of Backflow, then those that were registered.</summary>
    public static ImmutableArray<Metric> Metrics => _metrics;

    /// <summary>What all metrics record.</summary>
    public static ImmutableArray<MetricDescription> All =>
        [.. _metrics.SelectMany(static metric => metric.Descriptions)];

    /// <summary>Adds a metric of one's own: training that begins after this measures it.</summary>
    /// <param name="metric">The metric; its names are lower case, with hyphens.</param>
    /// <exception cref="ArgumentException">A name is taken or is no name of a column.</exception>
    public static void Register(Metric metric)
    {
        foreach (MetricDescription description in metric.Descriptions)
        {
            if (description.Name.Length is 0 or > 64 || !description.Name.All(IsNameCharacter))
            {
                throw new ArgumentException(
                    $"'{description.Name}' is no name of a metric: take lower-case letters, digits and hyphens, at "
                    + "most 64.",
                    nameof(metric));
            }
        }

        ImmutableInterlocked.Update(ref _metrics, known =>
        {
            foreach (MetricDescription description in metric.Descriptions)
            {
                if (known.Any(other => other.Descriptions.Any(taken => taken.Name == description.Name)))
                {
                    throw new ArgumentException(
                        $"There is a metric '{description.Name}' already.", nameof(metric));
                }
            }

            return known.Add(metric);
        });
    }

    /// <summary>When a metric is measured at a level, unless the user says otherwise.</summary>
    /// <param name="metric">A metric of this registry or one of your own.</param>
    /// <param name="level">The level that the training asks for.</param>
    /// <returns>
    /// Free: every step. Sweeps: every 10 steps at economy, large ones every 20, all of them every step at full.
    /// Products: every 10 steps. Repetitions: every 50. Background: every 100 steps. On demand, or above the level:
    /// never by itself. Passes have a schedule of the loop's own.
    /// </returns>
    public static MeasurementSchedule ScheduleOf(MetricDescription metric, TelemetryLevel level) =>
        level < metric.Level ? MeasurementSchedule.OnDemand : metric.Cost switch
        {
            CostClass.Free => MeasurementSchedule.EveryStep,
            CostClass.Sweep => MeasurementSchedule.Every(level == TelemetryLevel.Full ? 1 : 10),
            CostClass.LargeSweep => MeasurementSchedule.Every(level == TelemetryLevel.Full ? 1 : 20),
            CostClass.Product => MeasurementSchedule.Every(10),
            CostClass.Repeat => MeasurementSchedule.Every(50),
            CostClass.Background => MeasurementSchedule.Every(100),
            _ => MeasurementSchedule.OnDemand,
        };

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-';
}
