using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>exploding-over-time</c>: the gradient grows on its way back.</summary>
internal sealed class ExplodingOverTime(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private double _last;

    public static RuleDescription Description { get; } = new()
    {
        Name = "exploding-over-time",
        Severity = VerdictSeverity.Warning,
        Metric = TotalGradientNorm.MetricName,
        FiresWhen = "largest norm over timesteps ÷ norm at the last timestep > θ",
        Defaults = new RuleOptions(70, 20),
        Source = "AutoTrainer (ICSE 2021) over layers, here over timesteps",
        Proposes = "clipping, orthogonal start, smaller recurrent weights",
        Create = static (column, state) => GradientRow.IsOf(column, state.Context)
            ? new ExplodingOverTime(column, state) : null,
    };

    protected override Finding Judge(long step, ReadOnlySpan<float> values)
    {
        int at = 0;
        for (int t = 1; t < values.Length; t++)
        {
            at = values[t] > values[at] ? t : at;
        }

        _last = values[^1];
        double ratio = values[at] / _last;
        return State.IsSolved || !(_last > 0) || !double.IsFinite(ratio)
            ? Finding.Unknown
            : Finding.When(ratio > Threshold, ratio, at);
    }

    protected override string Meaning(in Finding finding) =>
        $"The {GradientRow.NameOf(Column)} is {NumberText.Of(finding.Value)} times as large at timestep "
        + $"{finding.Timestep} as at the last one: old timesteps drown the recent ones, and steps become erratic.";

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) =>
        [new("norm-at-last-timestep", _last), new("norm-at-timestep", finding.Value * _last)];

    protected override ImmutableArray<Remedy> Proposals() => [.. Remedies.AgainstExplosion(Context)];
}
