using System.Diagnostics;
using System.Diagnostics.Metrics;
using Backflow.Telemetry;

namespace Backflow.Training.Metering;

/// <summary>Feeds the meter with the measurements of one run.</summary>
/// <remarks>Allocates nothing while training: columns are looked up, and their attributes made beforehand.</remarks>
internal sealed class RunMeter : IMeasurementSink
{
    private readonly TagList _attributes;
    private readonly Dictionary<string, (Gauge<double> Gauge, TagList Attributes)> _gauges;
    private double _droppedRows;

    public RunMeter(string runId, TrainingSession session)
    {
        _attributes =
        [
            new(TrainingMeter.RunAttribute, runId),
            new(TrainingMeter.TaskAttribute, session.Data.TaskName),
            new(TrainingMeter.CellAttribute, string.Join(',', session.Configuration.Cells)),
        ];
        _gauges = new(StringComparer.Ordinal)
        {
            [TrainingMetrics.TrainingLoss] = (TrainingMeter.Loss, _attributes),
            [TrainingMetrics.ValidationLoss] = (TrainingMeter.ValidationLoss, _attributes),
            [EffectiveContext.MetricName] = (TrainingMeter.EffectiveContext, _attributes),
            [GradientReach.MetricName] = (TrainingMeter.GradientReach, _attributes),
            [GradientReach.GrowthMetricName] = (TrainingMeter.GradientGrowth, _attributes),
            [ClippedStepShare.NormMetricName] = (TrainingMeter.GradientNorm, _attributes),
            [TrainingMetrics.TelemetryCost] = (TrainingMeter.TelemetryCost, _attributes),
        };
        for (int layer = 0; layer < session.Network.Layers.Length; layer++)
        {
            TagList attributes = [.. _attributes, new(TrainingMeter.LayerAttribute, layer)];
            _gauges.Add(MetricColumn.OfLayer(GradientHorizon.MetricName, layer), (TrainingMeter.Horizon, attributes));
            _gauges.Add(
                MetricColumn.OfLayer(LastAnswerGradientNorm.HorizonMetricName, layer),
                (TrainingMeter.AnswerHorizon, attributes));
        }
    }

    /// <inheritdoc/>
    public void Scalar(string column, long step, double value)
    {
        if (_gauges.TryGetValue(column, out (Gauge<double> Gauge, TagList Attributes) found))
        {
            found.Gauge.Record(value, found.Attributes);
        }

        if (column == TrainingMetrics.TrainingLoss)
        {
            TrainingMeter.Steps.Add(1, _attributes);
        }
        else if (column == TrainingMetrics.DroppedRows)
        {
            TrainingMeter.DroppedRows.Add((long)(value - _droppedRows), _attributes);
            _droppedRows = value;
        }
    }

    /// <inheritdoc/>
    public void Row(string column, int layer, long step, ReadOnlySpan<float> values)
    {
        // A meter takes numbers, not rows.
    }

    public void Count(Verdict verdict)
    {
        if (TrainingMeter.Verdicts.Enabled)
        {
            TagList attributes =
            [
                .. _attributes,
                new(TrainingMeter.RuleAttribute, verdict.Rule),
                new(TrainingMeter.SeverityAttribute, VerdictPayload.NameOf(verdict.Severity)),
            ];
            TrainingMeter.Verdicts.Add(1, attributes);
        }
    }
}
