using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>horizon-too-short</c>: the gradient ends before the dependency does.</summary>
internal sealed class HorizonTooShort(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private double _decay;

    public static RuleDescription Description { get; } = new()
    {
        Name = "horizon-too-short",
        Severity = VerdictSeverity.Warning,
        Metric = GradientHorizon.MetricName,
        FiresWhen = "largest lag above 1 % of lag 0 < θ · the task's dependency, while the loss is above half of a "
            + "memoryless model's; of the last answer's gradient alone where every timestep has a loss",
        Defaults = new RuleOptions(0.5, 50),
        Source = "own: half of the longest dependency, so that the median one is out of reach",
        Proposes = "orthogonal start, forget bias, chrono, gated cell",
        Create = static (column, state) => state.Context.DependencyLength > 0
            && GradientRow.IsOfAnswer(column, state.Context)
            ? new HorizonTooShort(column, state) : null,
    };

    protected override Finding Judge(long step, ReadOnlySpan<float> values)
    {
        HorizonResult result = GradientHorizon.Measure(values);
        _decay = result.DecayPerTimestep;
        return State.IsSolved || State.Remembers || result.Horizon is not int horizon
            ? Finding.Unknown
            : Finding.When(horizon < Threshold * Context.Lag, horizon, values.Length - 1 - horizon);
    }

    protected override string Meaning(in Finding finding) =>
        $"The {(Column.Metric == LastAnswerGradientNorm.MetricName ? "last answer's gradient" : "gradient")} reaches "
        + $"{NumberText.Count(finding.Value)} timesteps back and the task needs up to "
        + $"{NumberText.Count(Context.Lag)}: what lies before cannot be learnt.";

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) =>
        [new("horizon", finding.Value), new("dependency", Context.Lag), new("factor-per-timestep", _decay)];

    protected override ImmutableArray<Remedy> Proposals() =>
        [.. Remedies.LongerMemory(Context, Column.Layer!.Value)];
}
