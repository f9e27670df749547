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
        Source = "own; Pascanu et al. 2013 clip what is rare",
        Proposes = "larger limit, smaller learning rate",
        Create = static (column, state) => column is { IsRow: false, Metric: ClippedStepShare.MetricName }
            ? new AlwaysClipping(column, state) : null,
    };

    protected override Finding Judge(long step, double value) => Finding.When(value > Threshold, value);

    protected override string Meaning(in Finding finding) =>
        $"{Cures.Text(100 * finding.Value)} % of the steps are cut to the limit of "
        + $"{Cures.Text(Context.ClipNorm)}: the limit, and not the gradient, decides how far a step goes.";

    protected override ImmutableArray<Remedy> Remedies() =>
    [
        Cures.LargerClip(Context), Cures.SmallerRate(Context, 3),
        Cures.Orthogonal(Context),
    ];
}
