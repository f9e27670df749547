using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Training.Recording;

/// <summary>One metric at work, and the steps at which it is measured.</summary>
internal sealed record ScheduledMeasurement(Measurement Measurement, MeasurementSchedule Schedule)
{
    /// <summary>Attaches every metric of the registry that a plan measures.</summary>
    /// <remarks>
    /// Metrics of layers come layer by layer, after <see cref="CostClass.Free"/> ones and before others.
    /// </remarks>
    public static ImmutableArray<ScheduledMeasurement> Attach(IMeasuredTraining training, TelemetryPlan plan)
    {
        List<ScheduledMeasurement> free = [];
        List<ScheduledMeasurement> whole = [];
        List<ScheduledMeasurement>[] layers =
            [.. training.Pass.Layers.Select(static _ => new List<ScheduledMeasurement>())];
        foreach (Metric metric in MetricRegistry.Metrics)
        {
            MetricDescription description = metric.Descriptions[0];
            MeasurementSchedule schedule = plan.ScheduleOf(description);
            if (schedule == MeasurementSchedule.OnDemand)
            {
                continue;
            }

            if (metric is LayerMetric ofLayers)
            {
                foreach (LayerPass layer in training.Pass.Layers.Where(ofLayers.AppliesTo))
                {
                    layers[layer.Index].Add(new ScheduledMeasurement(ofLayers.Attach(layer), schedule));
                }
            }
            else if (metric.Attach(training) is Measurement measurement)
            {
                ScheduledMeasurement scheduled = new(measurement, schedule);
                (description.Cost == CostClass.Free ? free : whole).Add(scheduled);
            }
        }

        return [.. free, .. layers.SelectMany(static layer => layer), .. whole];
    }

    public bool IsDue(long step) =>
        Measurement.NeedsStep ? TelemetryPlan.IsDue(Schedule, step) : Schedule.IsDue(step);
}
