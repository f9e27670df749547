using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>vanishing-gradient</c>: the whole gradient is too small to move anything.</summary>
internal sealed class VanishingGradient(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    public static RuleDescription Description { get; } = new()
    {
        Name = "vanishing-gradient",
        Severity = VerdictSeverity.Warning,
        Metric = ClippedStepShare.NormMetricName,
        FiresWhen = "norm of all gradients < θ while the loss is above a tenth of the first",
        Defaults = new RuleOptions(1e-6, 20),
        Source = "common practice; SageMaker Debugger takes a mean of 1e-7 per element",
        Proposes = "PyTorch's start, orthogonal start",
        Create = static (column, state) => column is { IsRow: false, Metric: ClippedStepShare.NormMetricName }
            ? new VanishingGradient(column, state) : null,
    };

    protected override Finding Judge(long step, double value) =>
        State.IsSolved ? Finding.Unknown : Finding.When(value < Threshold, value);

    protected override string Meaning(in Finding finding) =>
        $"All gradients together have a norm of {Cures.Text(finding.Value)}, although there is still much to learn.";

    protected override ImmutableArray<Remedy> Remedies() =>
        [Cures.DefaultStart(Context), Cures.Orthogonal(Context)];
}
