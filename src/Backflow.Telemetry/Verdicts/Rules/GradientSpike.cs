using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>gradient-spike</c>: one gradient stands far out from those before it.</summary>
internal sealed class GradientSpike(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private const int Window = 30;

    private readonly double[] _norms = new double[Window];
    private long _count;
    private double _mean;

    public static RuleDescription Description { get; } = new()
    {
        Name = "gradient-spike",
        Severity = VerdictSeverity.Information,
        Metric = ClippedStepShare.NormMetricName,
        FiresWhen = "(norm − mean of the last 30) ÷ their standard deviation > θ, and norm > 2 · mean",
        Defaults = new RuleOptions(3, 0),
        Source = "Weights & Biases' example alert: z-score above 3 over 30 steps",
        Proposes = "clipping",
        Create = static (column, state) => column is { IsRow: false, Metric: ClippedStepShare.NormMetricName }
            ? new GradientSpike(column, state) : null,
    };

    protected override Finding Judge(long step, double value)
    {
        if (!double.IsFinite(value))
        {
            return Finding.Unknown;
        }

        double score = Score(value);
        _norms[(int)(_count % Window)] = value;
        _count++;
        return Finding.When(score > Threshold && value > 2 * _mean, score);
    }

    protected override string Meaning(in Finding finding) =>
        $"This step's gradient stands {Cures.Text(finding.Value)} standard deviations above the last {Window}.";

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) => [new("mean-of-30", _mean)];

    protected override ImmutableArray<Remedy> Remedies() => [Cures.Clip(Context)];

    private double Score(double value)
    {
        if (_count < Window)
        {
            return 0;
        }

        double sum = 0;
        foreach (double norm in _norms)
        {
            sum += norm;
        }

        _mean = sum / Window;
        double squares = 0;
        foreach (double norm in _norms)
        {
            squares += (norm - _mean) * (norm - _mean);
        }

        double deviation = Math.Sqrt(squares / Window);
        return deviation > 0 ? (value - _mean) / deviation : 0;
    }
}
