using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Lessons.Latch;

/// <summary>Measures a network of one unit on the held-out sequences of the latch.</summary>
internal static class LatchMeasurement
{
    // A float cannot tell h = 1 from 1 − 2⁻²⁵, so that a slope below this is not known.
    private const double LeastSlope = 1.0 / (1 << 24);

    public static LatchNetwork Measure(TrainingSession session, LatchTask task)
    {
        RecurrentNetwork network = session.Network;
        NetworkPass pass = new(network, task.Shape.SequenceLength, task.ValidationCount, session.Pool);
        TaskScore score = TaskScore.Measure(task, pass, CancellationToken.None);
        pass.Backward();

        LayerPass layer = pass.Layers[0];
        int length = layer.SequenceLength;
        double last = layer.HiddenGradient(length - 1).Norm();
        double initial = layer.HiddenGradient(LayerPass.Initial).Norm();
        double weight = LatchMaker.WeightOf(network);
        EffectiveContext context = session.MeasureContext(isWhole: true, CancellationToken.None)
            ?? throw new InvalidOperationException("Every sequence of the latch has an answer.");
        return new LatchNetwork(
            weight,
            score.Success,
            [.. Enumerable.Range(0, length).Select(t => layer.HiddenGradient(t).Norm() / last)],
            initial,
            initial / last,
            Factor(layer, weight),
            context.Lags,
            [.. context.Curve.Select(static point => new LatchRise(point.Lag, point.LossRise))]);
    }

    // |∂hₜ/∂hₜ₋₁| = |w|·(1 − hₜ²), whose product over t is the way of a sequence's gradient.
    private static double Factor(LayerPass layer, double weight)
    {
        double sum = 0;
        for (int t = 0; t < layer.SequenceLength; t++)
        {
            BatchRows states = layer.Hidden(t);
            for (int row = 0; row < states.Count; row++)
            {
                double state = states[row][0];
                sum += Math.Log(Math.Max(LeastSlope, 1 - (state * state)));
            }
        }

        return Math.Abs(weight) * Math.Exp(sum / (layer.SequenceLength * (double)layer.BatchSize));
    }
}
