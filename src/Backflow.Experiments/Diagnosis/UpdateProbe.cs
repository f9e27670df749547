using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Diagnosis;

/// <summary>What the first steps of a configuration do to the weights.</summary>
/// <param name="Steps">Steps that were measured.</param>
/// <param name="ClippedShare">Of them, those that a limit cut.</param>
/// <param name="MeanNorm">The mean norm of their gradients before the limits.</param>
/// <param name="PassedShare">The median over the steps of the norm after the limits ÷ that before.</param>
/// <param name="UpdateRatio">The median update of the recurrent weights ÷ their norm, at the peak rate.</param>
/// <param name="LargestRatio">The largest update of recurrent or of input weights ÷ their norm, whichever is
/// smaller.</param>
/// <param name="SecondsPerStep">What a step takes, without what measures it.</param>
internal sealed record UpdateProbe(
    int Steps,
    double ClippedShare,
    double MeanNorm,
    double PassedShare,
    double UpdateRatio,
    double LargestRatio,
    double SecondsPerStep)
{
    private const int MeasuredSteps = 15;
    private const int TimedSteps = 15;

    /// <summary>Trains a new session for a few steps.</summary>
    public static UpdateProbe Measure(TrainingConfiguration configuration, TimeProvider clock)
    {
        using TrainingSession session = TrainingSession.Create(configuration);
        Watch watch = new(session);
        session.Observer = watch;
        bool isFinite = true;
        while (isFinite && session.Step < MeasuredSteps)
        {
            isFinite = session.Advance();
        }

        session.Observer = null;
        long begin = clock.GetTimestamp();
        int timed = 0;
        while (isFinite && timed < TimedSteps)
        {
            isFinite = session.Advance();
            timed++;
        }

        double seconds = clock.GetElapsedTime(begin).TotalSeconds / Math.Max(1, timed);
        return watch.Result(Math.Max(seconds, 1e-4 / TimedSteps));
    }

    /// <summary>The middle of some numbers; NaN where there are none.</summary>
    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }

    private sealed class Watch(TrainingSession session) : IStepObserver
    {
        private readonly UpdateToWeightRatio _updates = new(session.Network);
        private readonly double[] _ratios = new double[Enum.GetValues<ParameterGroup>().Length];
        private readonly List<double> _recurrent = [];
        private readonly List<double> _passed = [];
        private readonly List<double> _norms = [];
        private double _largestRecurrent;
        private double _largestInput;

        public void AfterForward(long step)
        {
        }

        public void AfterBackward(long step)
        {
        }

        public void BeforeUpdate(long step)
        {
            _norms.Add(session.GradientNorm);
            _passed.Add(GradientClipping.Norm(session.Network.Gradients.Span) / session.GradientNorm);
            _updates.Begin();
        }

        public void AfterUpdate(long step)
        {
            _updates.End(_ratios);
            double recurrent = _ratios[(int)ParameterGroup.Recurrent];
            _largestRecurrent = Math.Max(_largestRecurrent, recurrent);
            _largestInput = Math.Max(_largestInput, _ratios[(int)ParameterGroup.Input]);

            // While the rate warms up, a step is as much smaller as the rate.
            _recurrent.Add(recurrent * session.Configuration.LearningRate / session.LearningRate);
        }

        public UpdateProbe Result(double secondsPerStep) => new(
            _norms.Count,
            _passed.Count == 0 ? 0 : (double)_passed.Count(static passed => passed < Uncut) / _passed.Count,
            _norms.Count == 0 ? double.NaN : _norms.Average(),
            Median(_passed),
            Median(_recurrent),
            Math.Min(_largestRecurrent, _largestInput),
            secondsPerStep);

        /// <summary>Norms of floats that were not cut differ by their rounding.</summary>
        private const double Uncut = 0.9999;
    }
}
