using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Measures <see cref="LastAnswerGradientNorm"/> while training, between the passes of a step.</summary>
internal sealed class LastAnswerMetric()
    : Metric(LastAnswerGradientNorm.Description, LastAnswerGradientNorm.HorizonDescription)
{
    public override Measurement Attach(IMeasuredTraining training) => new Repetition(training);

    private sealed class Repetition : Measurement
    {
        private readonly IMeasuredTraining _training;
        private readonly ImmutableArray<string> _horizons;
        private readonly float[] _row;
        private LastAnswerGradientNorm? _norms;

        public Repetition(IMeasuredTraining training)
        {
            _training = training;
            _horizons =
            [
                .. training.Pass.Layers.Select(static layer =>
                    MetricColumn.OfLayer(LastAnswerGradientNorm.HorizonMetricName, layer.Index)),
            ];
            _row = new float[training.Pass.SequenceLength];
        }

        public override void AfterForward(long step, IMeasurementSink sink)
        {
            // Not before there are targets, which say whether it can be measured.
            if (!LastAnswerGradientNorm.CanMeasure(_training.Pass))
            {
                return;
            }

            _norms ??= new LastAnswerGradientNorm(_training.Pass, _training.Pool);
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
}
