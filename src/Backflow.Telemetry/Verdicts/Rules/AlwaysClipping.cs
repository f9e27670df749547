using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>always-clipping</c>: nearly every step is cut to the limit, so the limit is the step
/// size.</summary>
internal sealed class AlwaysClipping(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    public static RuleDescription Description { get; } = new()
    {
        Name = "always-clipping",
        Severity = VerdictSeverity.Warning,
        Metric = ClippedStepShare.MetricName,
        FiresWhen = "share of clipped steps among the last 100 > θ",
        Defaults = new RuleOptions(0.9, 100),
        Source = "own; Pascanu et al. 2013, section 3.2: limits of half to ten times the mean norm work",
        Proposes = "limit at twice the mean norm; orthogonal start where that explodes, smaller learning rate where "
            + "the loss rises",
        Create = static (column, state) => column is { IsRow: false, Metric: ClippedStepShare.MetricName }
            ? new AlwaysClipping(column, state) : null,
    };

    protected override Finding Judge(long step, double value) => Finding.When(value > Threshold, value);

    protected override string Meaning(in Finding finding) =>
        $"{NumberText.Share(finding.Value)} of the steps are cut to the limit of {NumberText.Of(Context.ClipNorm)}, "
        + $"and the mean norm is {NumberText.Of(State.GradientNorms.Mean)}: how steep the loss is has no say any more.";

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) =>
        [new("limit", Context.ClipNorm), new("mean-of-30", State.GradientNorms.Mean)];

    // A limit cannot be at fault where gradients explode, and must not be lifted while the loss rises.
    protected override ImmutableArray<Remedy> Proposals()
    {
        double mean = State.GradientNorms.Mean;
        Remedy slower = Remedies.SmallerRate(Context, 3);
        return !(mean <= State.Options.Of(ExplodingGradient.Description).Threshold) ? [Remedies.Orthogonal(), slower]
            : State.IsLossRising ? [slower, Remedies.LargerClip(mean)]
            : [Remedies.LargerClip(mean), slower];
    }
}
