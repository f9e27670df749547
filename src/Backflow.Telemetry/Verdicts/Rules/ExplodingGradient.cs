using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>exploding-gradient</c>: the whole gradient is far larger than any loss can need.</summary>
internal sealed class ExplodingGradient(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    public static RuleDescription Description { get; } = new()
    {
        Name = "exploding-gradient",
        Severity = VerdictSeverity.Warning,
        Metric = ClippedStepShare.NormMetricName,
        FiresWhen = "norm of all gradients before clipping > θ",
        Defaults = new RuleOptions(1e3, 0),
        Source = "common practice",
        Proposes = "clipping, orthogonal start, smaller recurrent weights",
        Create = static (column, state) => column is { IsRow: false, Metric: ClippedStepShare.NormMetricName }
            ? new ExplodingGradient(column, state) : null,
    };

    protected override Finding Judge(long step, double value) =>
        double.IsFinite(value) ? Finding.When(value > Threshold, value) : Finding.Unknown;

    protected override string Meaning(in Finding finding) =>
        $"All gradients together have a norm of {NumberText.Of(finding.Value)}: "
        + (Context.ClipNorm > 0
            ? $"steps are cut to the limit of {NumberText.Of(Context.ClipNorm)}, and follow what explodes alone."
            : "without a limit one step throws the weights far away.");

    protected override ImmutableArray<Remedy> Proposals() => [.. Remedies.AgainstExplosion(Context)];
}
