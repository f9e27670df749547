using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>non-finite</c>: the place where NaN or an infinity came up first.</summary>
/// <remarks>
/// A number that is not finite spreads, so the place is where it cannot have come from elsewhere: in the forward pass
/// the lowest layer and there the earliest timestep; where the forward pass is finite, in the backward pass the highest
/// layer and there the latest timestep; else the scalar. All streams of the first bad step are looked at.
/// </remarks>
internal sealed class NonFiniteOrigin(VerdictState state)
{
    public static RuleDescription Description { get; } = new()
    {
        Name = "non-finite",
        Severity = VerdictSeverity.Error,
        Metric = "any",
        FiresWhen = "any value is NaN or ±∞; more than θ of them",
        Defaults = new RuleOptions(0, 0, RuleOptions.Forever),
        Source = "char-rnn and every rule engine: any NaN or Inf",
        Proposes = "smaller learning rate, clipping",
    };

    private bool _isSettled;
    private (int Rank, int Depth, int Time) _best;
    private MeasuredColumn? _column;
    private long _step;
    private double _value;
    private int? _timestep;
    private int _count;

    public void Look(MeasuredColumn column, long step, double value)
    {
        if (!double.IsFinite(value) && !IsUndefinedByNature(column))
        {
            Offer(column, step, value, timestep: null);
        }
    }

    public void Look(MeasuredColumn column, long step, ReadOnlySpan<float> values)
    {
        bool isForward = IsForward(column.Metric);
        for (int i = 0; i < values.Length; i++)
        {
            int t = isForward ? i : values.Length - 1 - i;
            if (!float.IsFinite(values[t]))
            {
                Offer(column, step, values[t], column.Metric == Spectrum.MetricName ? null : t);
                return;
            }
        }
    }

    public Verdict? Settle()
    {
        RuleOptions options = state.Options.Of(Description);
        if (_column is null || _isSettled || !options.IsEnabled || _count <= options.Threshold)
        {
            return null;
        }

        _isSettled = true;
        return new Verdict
        {
            Rule = Description.Name,
            Severity = Description.Severity,
            Step = _step,
            Layer = _column.Layer,
            Gate = _column.Layer is null ? null : _column.Label,
            Timestep = _timestep,
            Metric = _column.Metric,
            Value = _value,
            Threshold = options.Threshold,
            Evidence = [new("streams-not-finite", _count), new("first-loss", state.Losses.First)],
            Meaning = IsForward(_column.Metric)
                ? "The network's own state left the range of numbers on the way forward, and everything after it is "
                    + "lost."
                : _column.IsRow
                    ? "The states are finite and the gradient is not: it left the range of numbers on its way back."
                    : "A loss or a gradient is no longer a number, and an update with it would spoil every weight.",
            Remedies = Remedy(),
        };
    }

    private ImmutableArray<Remedy> Remedy() =>
        [Remedies.SmallerRate(state.Context, 10), Remedies.Clip(state.Context), Remedies.Orthogonal()];

    public void Offer(MeasuredColumn column, long step, double value, int? timestep)
    {
        if (_isSettled)
        {
            return;
        }

        _count++;
        int layer = column.Layer ?? 0;
        bool isForward = IsForward(column.Metric);
        (int, int, int) rank = !column.IsRow ? (2, 0, 0)
            : isForward ? (0, layer, timestep ?? 0)
            : (1, -layer, -(timestep ?? 0));
        if (_column is null || step < _step || (step == _step && rank.CompareTo(_best) < 0))
        {
            (_best, _column, _step, _value, _timestep) = (rank, column, step, value, timestep);
        }
    }

    private static bool IsForward(string metric) => metric is GateStatistics.MetricName
        or GateStatistics.MeanDerivativeMetricName or UnitStatistics.MetricName or CarouselGain.MetricName;

    // A fit without two usable norms, or the ratio of a group that is empty or zero, has no value by definition.
    private static bool IsUndefinedByNature(MeasuredColumn column) => column.Metric is GradientHorizon.MetricName
        or GradientHorizon.DecayMetricName or GradientHorizon.ConfidenceMetricName or UpdateToWeightRatio.MetricName
        or LastAnswerGradientNorm.HorizonMetricName;
}
