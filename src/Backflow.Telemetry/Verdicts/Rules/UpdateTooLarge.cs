using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>update-too-large</c>: a group of weights is thrown about.</summary>
internal sealed class UpdateTooLarge(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    public static RuleDescription Description { get; } = new()
    {
        Name = "update-too-large",
        Severity = VerdictSeverity.Warning,
        Metric = UpdateToWeightRatio.MetricName,
        FiresWhen = "norm of one update of the recurrent weights ÷ their norm > θ",
        Defaults = new RuleOptions(0.5, 0),
        Source = "own, from the catalogue below; SageMaker Debugger warns above 10",
        Proposes = "smaller learning rate, clipping",
        Create = static (column, state) => column is { IsRow: false, Metric: UpdateToWeightRatio.MetricName }
            && column.Label == "recurrent" ? new UpdateTooLarge(column, state) : null,
    };

    protected override Finding Judge(long step, double value) =>
        double.IsFinite(value) ? Finding.When(value > Threshold, value) : Finding.Unknown;

    protected override string Meaning(in Finding finding) =>
        $"One step changes the {Column.Label} weights by {NumberText.Of(100 * finding.Value)} % of their size: "
        + "thrown about and not adjusted.";

    protected override ImmutableArray<Remedy> Proposals() =>
        [Remedies.SmallerRate(Context, 10), Remedies.Clip(Context)];
}
