using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Measures <see cref="UpdateToWeightRatio"/> around the optimizer's update.</summary>
internal sealed class UpdateToWeightMetric() : Metric(UpdateToWeightRatio.Description)
{
    private const int GroupCount = (int)ParameterGroup.Head + 1;

    public override Measurement Attach(IMeasuredTraining training) => new Ratios(training.Pass.Network);

    private sealed class Ratios : Measurement
    {
        private readonly UpdateToWeightRatio _ratio;
        private readonly ImmutableArray<(ParameterGroup Group, string Column)> _groups;

        public Ratios(RecurrentNetwork network)
        {
            _ratio = new UpdateToWeightRatio(network);
            _groups =
            [
                .. network.Layout.Parameters
                    .Select(ParameterGroups.Of)
                    .Distinct()
                    .Select(static group => (group, MetricColumn.OfGroup(UpdateToWeightRatio.MetricName, group))),
            ];
        }

        public override void BeforeUpdate(long step, IMeasurementSink sink) => _ratio.Begin();

        public override void AfterUpdate(long step, IMeasurementSink sink)
        {
            Span<double> ratios = stackalloc double[GroupCount];
            _ratio.End(ratios);
            foreach ((ParameterGroup group, string column) in _groups)
            {
                sink.Scalar(column, step, ratios[(int)group]);
            }
        }
    }
}
