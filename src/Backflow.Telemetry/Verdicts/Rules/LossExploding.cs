using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>loss-exploding</c>: the loss is far above where it began.</summary>
internal sealed class LossExploding(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    /// <summary>The column of losses, see docs/run-format.md.</summary>
    public const string MetricName = "training-loss";

    public static RuleDescription Description { get; } = new()
    {
        Name = "loss-exploding",
        Severity = VerdictSeverity.Error,
        Metric = MetricName,
        FiresWhen = "loss > θ · the mean of the first 5 losses",
        Defaults = new RuleOptions(3, 4),
        Source = "char-rnn stops at 3 times the first loss",
        Proposes = "smaller learning rate, clipping",
        Create = static (column, state) => column is { IsRow: false, Metric: MetricName }
            ? new LossExploding(column, state) : null,
    };

    protected override Finding Judge(long step, double value) => State.Losses.Count <= LossHistory.FirstSteps
        ? Finding.Unknown
        : Finding.When(value > Threshold * State.Losses.First, value);

    protected override string Meaning(in Finding finding) =>
        $"The loss is {NumberText.Of(finding.Value / State.Losses.First)} times what it was at the start: training "
        + "has thrown away what it had.";

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) => [new("first-loss", State.Losses.First)];

    protected override ImmutableArray<Remedy> Proposals() =>
        [Remedies.SmallerRate(Context, 10), Remedies.Clip(Context)];
}
