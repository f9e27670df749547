using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Training.Recording;

/// <summary>Measures the gradient before and after clipping, and how far the update moves each parameter group.</summary>
internal sealed class UpdateTelemetry
{
    /// <summary>Steps that the share of clipped ones looks back on.</summary>
    public const int ClippedWindow = 100;

    private const int GroupCount = (int)ParameterGroup.Head + 1;

    private readonly TrainingSession _session;
    private readonly ClippedStepShare _clippedShare = new(ClippedWindow);
    private readonly UpdateToWeightRatio _ratio;
    private readonly ImmutableArray<(ParameterGroup Group, string Column)> _groups;
    private readonly MeasurementSchedule _ratioSchedule;

    public UpdateTelemetry(TrainingSession session, TelemetryPlan plan)
    {
        _session = session;
        _ratio = new UpdateToWeightRatio(session.Network);
        _ratioSchedule = plan.ScheduleOf(UpdateToWeightRatio.MetricName);
        _groups =
        [
            .. session.Network.Layout.Parameters
                .Select(ParameterGroups.Of)
                .Distinct()
                .Select(static group => (group, MetricColumn.OfGroup(UpdateToWeightRatio.MetricName, group))),
        ];
    }

    /// <summary>Takes a step that was measured before the run went on.</summary>
    public void Recall(double normBefore, double normAfter) => _clippedShare.Record(normBefore, normAfter);

    public void AfterBackward(long step, IMeasurementSink sink) =>
        sink.Scalar(ClippedStepShare.NormMetricName, step, _session.GradientNorm);

    public void BeforeUpdate(long step, IMeasurementSink sink)
    {
        // Only where the elements were limited is the norm after not known already.
        TrainingConfiguration configuration = _session.Configuration;
        double clipped = configuration.ClipValue > 0 ? GradientClipping.Norm(_session.Network.Gradients.Span)
            : _session.IsClipped ? configuration.ClipNorm
            : _session.GradientNorm;
        _clippedShare.Record(_session.GradientNorm, clipped);
        sink.Scalar(ClippedStepShare.ClippedNormMetricName, step, clipped);
        sink.Scalar(ClippedStepShare.MetricName, step, _clippedShare.Value);
        if (TelemetryPlan.IsDue(_ratioSchedule, step))
        {
            _ratio.Begin();
        }
    }

    public void AfterUpdate(long step, IMeasurementSink sink)
    {
        if (!TelemetryPlan.IsDue(_ratioSchedule, step))
        {
            return;
        }

        Span<double> ratios = stackalloc double[GroupCount];
        _ratio.End(ratios);
        foreach ((ParameterGroup group, string column) in _groups)
        {
            sink.Scalar(column, step, ratios[(int)group]);
        }
    }
}
