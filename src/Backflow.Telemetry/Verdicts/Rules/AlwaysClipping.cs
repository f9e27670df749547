using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>always-clipping</c>: nearly every step is cut to the limit, so the limit is the step
/// size.</summary>
internal sealed class AlwaysClipping(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    /// <summary>Below this share of what the limit on the norm lets pass, something else cuts too.</summary>
    private const double Passing = 0.9;

    public static RuleDescription Description { get; } = new()
    {
        Name = "always-clipping",
        Severity = VerdictSeverity.Warning,
        Metric = ClippedStepShare.MetricName,
        FiresWhen = "share of clipped steps among the last 100 > θ",
        Defaults = new RuleOptions(0.9, 100),
        Source = "own; Pascanu et al. 2013, section 3.2: limits of half to ten times the mean norm work",
        Proposes = "limit at twice the mean norm, in place of one on each element too; orthogonal start where that "
            + "explodes, smaller learning rate where the loss rises",
        Create = static (column, state) => column is { IsRow: false, Metric: ClippedStepShare.MetricName }
            ? new AlwaysClipping(column, state) : null,
    };

    protected override Finding Judge(long step, double value) => Finding.When(value > Threshold, value);

    private double Mean => State.GradientNorms.Mean;

    private bool Explodes => !(Mean <= State.Options.Of(ExplodingGradient.Description).Threshold);

    /// <summary>Whether the limit on each element cuts: less comes out than the limit on the norm lets pass.</summary>
    private bool IsByElement
    {
        get
        {
            double passed = Context.ClipNorm > 0 ? Math.Min(Mean, Context.ClipNorm) : Mean;
            return Context.ClipValue > 0 && !(State.ClippedNorm >= Passing * passed);
        }
    }

    private double Limit => IsByElement ? Context.ClipValue : Context.ClipNorm;

    protected override string Meaning(in Finding finding) =>
        $"{NumberText.Share(finding.Value)} of the steps are cut to the limit of {NumberText.Of(Limit)}"
        + $"{(IsByElement ? " on each element" : string.Empty)}, and the mean norm is {NumberText.Of(Mean)}: "
        + (State.IsLossRising && !Explodes
            ? "every step is as long as the learning rate makes it, and the loss rises."
            : "how steep the loss is has no say any more.");

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) =>
        [new("limit", Limit), new("mean-of-30", Mean)];

    // A limit cannot be at fault where gradients explode, and must not be lifted while the loss rises: then the rate
    // is what is too large. Elsewhere no remedy keeps it.
    protected override ImmutableArray<Remedy> Proposals() =>
        Explodes ? [.. IsByElement ? [Remedies.NormForElements(1)] : (Remedy[])[], Remedies.Orthogonal(),
            Remedies.SmallerRate(Context, 3)]
        : State.IsLossRising ? [Remedies.SmallerRate(Context, 3)]
        : [IsByElement ? Remedies.NormForElements(2 * Mean) : Remedies.LargerClip(Mean)];
}
