using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.Training.Recording;

/// <summary>Measures how far back the last answer alone sends its gradient, between the forward and the backward
/// pass.</summary>
internal sealed class LastAnswerTelemetry
{
    private readonly TrainingSession _session;
    private readonly MeasurementSchedule _schedule;
    private readonly ImmutableArray<string> _horizons;
    private readonly float[] _row;
    private LastAnswerGradientNorm? _norms;

    public LastAnswerTelemetry(TrainingSession session, TelemetryPlan plan)
    {
        _session = session;
        _schedule = plan.ScheduleOf(LastAnswerGradientNorm.MetricName);
        int layers = session.Network.Layers.Length;
        _horizons =
        [
            .. Enumerable.Range(0, layers)
                .Select(static layer => MetricColumn.OfLayer(LastAnswerGradientNorm.HorizonMetricName, layer)),
        ];
        _row = new float[session.Pass.SequenceLength];
    }

    public void AfterForward(long step, IMeasurementSink sink)
    {
        if (!TelemetryPlan.IsDue(_schedule, step) || !LastAnswerGradientNorm.CanMeasure(_session.Pass))
        {
            return;
        }

        // Not before there are targets, which say whether it can be measured.
        _norms ??= new LastAnswerGradientNorm(_session.Pass, _session.Pool);
        int timesteps = _norms.Repeat();
        for (int layer = 0; timesteps > 0 && layer < _horizons.Length; layer++)
        {
            _norms.Measure(layer, _row);
            ReadOnlySpan<float> row = _row.AsSpan(0, timesteps);
            sink.Row(LastAnswerGradientNorm.MetricName, layer, step, row);
            sink.Scalar(_horizons[layer], step, GradientHorizon.Measure(row).Horizon ?? double.NaN);
        }
    }
}
