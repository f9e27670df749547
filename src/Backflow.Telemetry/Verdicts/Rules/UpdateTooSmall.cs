using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>update-too-small</c>: a group of weights hardly moves.</summary>
internal sealed class UpdateTooSmall(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    /// <summary>So early in the warm-up its steps are smaller than a hundredth of the rate that was set.</summary>
    private const double EarlyShare = 0.01;

    private bool _isStill;
    private double _ratio;
    private long _step;

    public static RuleDescription Description { get; } = new()
    {
        Name = "update-too-small",
        Severity = VerdictSeverity.Warning,
        Metric = UpdateToWeightRatio.MetricName,
        FiresWhen = "norm of the update ÷ norm of the weights < θ while the loss is above a tenth of the first (not "
            + "for biases, which begin at 0)",
        Defaults = new RuleOptions(1e-7, 30),
        Source = "SageMaker Debugger warns below 1e-8; near 1e-3 is commonly healthy",
        Proposes = "larger learning rate, larger limit, shorter warm-up; another start where nothing moves at all",
        Create = static (column, state) => column is { IsRow: false, Metric: UpdateToWeightRatio.MetricName }
            && column.Label is not ("bias" or "head") ? new UpdateTooSmall(column, state) : null,
    };

    protected override Finding Judge(long step, double value)
    {
        (_isStill, _ratio, _step) = (value == 0, value, step);
        return double.IsFinite(value) && !State.IsSolved ? Finding.When(value < Threshold, value) : Finding.Unknown;
    }

    protected override string Meaning(in Finding finding) => _isStill
        ? $"The {Column.Label} weights do not move at all: no gradient arrives there."
        : $"One step changes the {Column.Label} weights by {NumberText.Of(100 * finding.Value)} % of their size: "
            + "so little per step that training stands still.";

    // Any rate times no gradient is nothing. A limit and a long warm-up are larger causes than the rate they act on.
    protected override ImmutableArray<Remedy> Proposals() =>
        _isStill ? [Remedies.DefaultStart(), Remedies.Orthogonal()]
        : IsCut ? [Context.ClipValue > 0 ? Remedies.NormForElements(1) : Remedies.LargerClip(State.GradientNorms.Mean)]
        : _step < EarlyShare * Context.NumberOf("WarmUpSteps", 0) ? [Remedies.ShorterWarmUp()]
        : [Remedies.UsualRate(Context, _ratio), Remedies.DefaultStart()];

    private bool IsCut => !Context.IsAdaptive && State.ClippedShare == 1 && State.GradientNorms.Mean > 0;
}
