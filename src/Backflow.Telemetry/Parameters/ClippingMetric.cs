namespace Backflow.Telemetry;

/// <summary>Records the gradient norm before and after clipping, and the share of clipped steps.</summary>
internal sealed class ClippingMetric() : Metric(
    ClippedStepShare.NormDescription, ClippedStepShare.ClippedNormDescription, ClippedStepShare.Description)
{
    /// <summary>Steps that the share of clipped ones looks back on.</summary>
    private const int Window = 100;

    public override Measurement Attach(IMeasuredTraining training) => new Norms(training);

    private sealed class Norms(IMeasuredTraining training) : Measurement
    {
        private readonly ClippedStepShare _share = new(Window);

        public override int RecalledSteps => Window;

        public override void Recall(Func<string, IReadOnlyList<double>> scalars)
        {
            IReadOnlyList<double> before = scalars(ClippedStepShare.NormMetricName);
            IReadOnlyList<double> after = scalars(ClippedStepShare.ClippedNormMetricName);
            foreach ((double normBefore, double normAfter) in before.Zip(after))
            {
                _share.Record(normBefore, normAfter);
            }
        }

        public override void AfterBackward(long step, IMeasurementSink sink) =>
            sink.Scalar(ClippedStepShare.NormMetricName, step, training.GradientNorm);

        public override void BeforeUpdate(long step, IMeasurementSink sink)
        {
            double clipped = training.ClippedGradientNorm;
            _share.Record(training.GradientNorm, clipped);
            sink.Scalar(ClippedStepShare.ClippedNormMetricName, step, clipped);
            sink.Scalar(ClippedStepShare.MetricName, step, _share.Value);
        }
    }
}
