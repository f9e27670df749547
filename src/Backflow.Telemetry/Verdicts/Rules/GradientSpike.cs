using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>gradient-spike</c>: one gradient stands far out from those before it.</summary>
internal sealed class GradientSpike(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
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
        double score = State.GradientNorms.Score(value);
        return double.IsFinite(score)
            ? Finding.When(score > Threshold && value > 2 * State.GradientNorms.Mean, score)
            : Finding.Unknown;
    }

    protected override string Meaning(in Finding finding) =>
        $"This step's gradient stands {NumberText.Of(finding.Value)} standard deviations above the last "
        + $"{State.GradientNorms.Window}.";

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) =>
        [new("mean-of-30", State.GradientNorms.Mean)];

    protected override ImmutableArray<Remedy> Proposals() => [Remedies.Clip(Context)];
}
