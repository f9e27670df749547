using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Every metric, in the order in which docs/telemetry.md describes them.</summary>
public static class MetricRegistry
{
    private const string LossPerState = "loss per unit of state";
    private const string LossPerWeight = "loss per unit of weight";
    private const string None = "none";

    /// <summary>Every metric.</summary>
    public static ImmutableArray<MetricDescription> All { get; } =
    [
        new(TotalGradientNorm.MetricName, TelemetryLevel.Economy, ColumnKind.Row, LossPerState, CostClass.Sweep),
        new(LocalGradientNorm.MetricName, TelemetryLevel.Full, ColumnKind.Row, LossPerState, CostClass.Product),
        new(CellGradientNorm.MetricName, TelemetryLevel.Economy, ColumnKind.Row, LossPerState, CostClass.Sweep),
        new(ItemisedGradientNorm.MetricName, TelemetryLevel.Full, ColumnKind.Map, LossPerState, CostClass.OnDemand),
        new(LastAnswerGradientNorm.MetricName, TelemetryLevel.Economy, ColumnKind.Row, LossPerState, CostClass.Repeat),
        new(
            LastAnswerGradientNorm.HorizonMetricName, TelemetryLevel.Economy, ColumnKind.Scalar,
            "timesteps", CostClass.Repeat),
        new(GradientHorizon.MetricName, TelemetryLevel.Economy, ColumnKind.Scalar, "timesteps", CostClass.Free),
        new(
            GradientHorizon.DecayMetricName, TelemetryLevel.Economy, ColumnKind.Scalar,
            "factor per timestep", CostClass.Free),
        new(GradientHorizon.ConfidenceMetricName, TelemetryLevel.Economy, ColumnKind.Scalar, None, CostClass.Free),
        new(WeightGradientNorm.MetricName, TelemetryLevel.Full, ColumnKind.Row, LossPerWeight, CostClass.Product),
        new(WeightGradientNorm.InputMetricName, TelemetryLevel.Full, ColumnKind.Row, LossPerWeight, CostClass.Product),
        new(GateStatistics.MetricName, TelemetryLevel.Economy, ColumnKind.Row, None, CostClass.LargeSweep),
        new(GateStatistics.ShareBelowMetricName, TelemetryLevel.Economy, ColumnKind.Row, None, CostClass.LargeSweep),
        new(GateStatistics.ShareAboveMetricName, TelemetryLevel.Economy, ColumnKind.Row, None, CostClass.LargeSweep),
        new(GateStatistics.MeanDerivativeMetricName, TelemetryLevel.Economy, ColumnKind.Row, None, CostClass.LargeSweep),
        new(UnitStatistics.MetricName, TelemetryLevel.Economy, ColumnKind.Row, None, CostClass.Sweep),
        new(UnitStatistics.DeadShareMetricName, TelemetryLevel.Economy, ColumnKind.Scalar, None, CostClass.Sweep),
        new(CarouselGain.MetricName, TelemetryLevel.Full, ColumnKind.Row, None, CostClass.Sweep),
        new(CarouselGradientNorm.MetricName, TelemetryLevel.Full, ColumnKind.Row, LossPerState, CostClass.OnDemand),
        new(StepJacobian.MetricName, TelemetryLevel.Full, ColumnKind.Matrix, None, CostClass.OnDemand),
        new(JacobianProduct.MetricName, TelemetryLevel.Full, ColumnKind.Row, None, CostClass.OnDemand),
        new(JacobianBound.MetricName, TelemetryLevel.Full, ColumnKind.Row, None, CostClass.OnDemand),
        new(JacobianBound.SpectralNormMetricName, TelemetryLevel.Full, ColumnKind.Row, None, CostClass.OnDemand),
        new(Spectrum.MetricName, TelemetryLevel.Economy, ColumnKind.Spectrum, None, CostClass.Background),
        new(Spectrum.RadiusMetricName, TelemetryLevel.Economy, ColumnKind.Scalar, None, CostClass.Background),
        new(Spectrum.NormMetricName, TelemetryLevel.Economy, ColumnKind.Scalar, None, CostClass.Background),
        new(
            LyapunovExponents.MetricName, TelemetryLevel.Full, ColumnKind.Spectrum,
            "nats per timestep", CostClass.OnDemand),
        new(ClippedStepShare.NormMetricName, TelemetryLevel.Economy, ColumnKind.Scalar, LossPerWeight, CostClass.Free),
        new(
            ClippedStepShare.ClippedNormMetricName, TelemetryLevel.Economy, ColumnKind.Scalar,
            LossPerWeight, CostClass.Free),
        new(ClippedStepShare.MetricName, TelemetryLevel.Economy, ColumnKind.Scalar, None, CostClass.Free),
        new(UpdateToWeightRatio.MetricName, TelemetryLevel.Economy, ColumnKind.Scalar, None, CostClass.LargeSweep),
    ];

    /// <summary>When a metric is measured at a level, unless the user says otherwise.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="level">The level.</param>
    /// <returns>
    /// Free: every step. Sweeps: every 10 steps at economy, large ones every 20, all of them every step at full.
    /// Products: every 10 steps. Repetitions: every 50. Background: every 100 steps. On demand, or above the level:
    /// never by itself.
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
}
