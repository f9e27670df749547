using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>update-too-small</c>: a group of weights hardly moves.</summary>
internal sealed class UpdateTooSmall(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private bool _isStill;

    public static RuleDescription Description { get; } = new()
    {
        Name = "update-too-small",
        Severity = VerdictSeverity.Warning,
        Metric = UpdateToWeightRatio.MetricName,
        FiresWhen = "norm of the update ÷ norm of the weights < θ while the loss is above a tenth of the first (not "
            + "for biases, which begin at 0)",
        Defaults = new RuleOptions(1e-7, 30),
        Source = "SageMaker Debugger warns below 1e-8; near 1e-3 is commonly healthy",
        Proposes = "larger learning rate; another start where nothing moves at all",
        Create = static (column, state) => column is { IsRow: false, Metric: UpdateToWeightRatio.MetricName }
            && column.Label is not ("bias" or "head") ? new UpdateTooSmall(column, state) : null,
    };

    protected override Finding Judge(long step, double value)
    {
        _isStill = value == 0;
        return double.IsFinite(value) && !State.IsSolved ? Finding.When(value < Threshold, value) : Finding.Unknown;
    }

    protected override string Meaning(in Finding finding) => _isStill
        ? $"The {Column.Label} weights do not move at all: no gradient arrives there."
        : $"One step changes the {Column.Label} weights by {NumberText.Of(100 * finding.Value)} % of their size: "
            + "so little per step that training stands still.";

    // Any rate times no gradient is nothing.
    protected override ImmutableArray<Remedy> Proposals() => _isStill
        ? [Remedies.DefaultStart(), Remedies.Orthogonal()]
        : [Remedies.LargerRate(Context, 100), Remedies.DefaultStart()];
}
