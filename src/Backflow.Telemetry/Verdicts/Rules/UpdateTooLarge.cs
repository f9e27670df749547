using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>update-too-large</c>: a group of weights is thrown about.</summary>
internal sealed class UpdateTooLarge(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    /// <summary>The parameters that are judged.</summary>
    public const string Group = "recurrent";

    /// <summary>A rate counts as small enough where one step changes the weights by this share.</summary>
    private const double Calm = 0.1;

    private double _ratio;

    public static RuleDescription Description { get; } = new()
    {
        Name = "update-too-large",
        Severity = VerdictSeverity.Warning,
        Metric = UpdateToWeightRatio.MetricName,
        FiresWhen = "norm of one update of the recurrent weights ÷ their norm > θ",
        Defaults = new RuleOptions(0.5, 0),
        Source = "own, from the catalogue below; SageMaker Debugger warns above 10",
        Proposes = "a learning rate with which one step changes 10 %; with sgd, clipping",
        Create = static (column, state) => column is { IsRow: false, Metric: UpdateToWeightRatio.MetricName }
            && column.Label == Group ? new UpdateTooLarge(column, state) : null,
    };

    protected override Finding Judge(long step, double value)
    {
        _ratio = value;
        return double.IsFinite(value) ? Finding.When(value > Threshold, value) : Finding.Unknown;
    }

    protected override string Meaning(in Finding finding) =>
        $"One step changes the {Column.Label} weights by {NumberText.Of(100 * finding.Value)} % of their size: "
        + "thrown about and not adjusted.";

    // The step of an adaptive optimizer has the same size with a limit and without.
    protected override ImmutableArray<Remedy> Proposals()
    {
        double factor = Math.Pow(10, Math.Max(1, Math.Ceiling(Math.Log10(_ratio / Calm))));
        return
        [
            .. SettingHarm.Of(Context).Where(static harm => harm.Name == "weight-decay")
                .Select(static harm => harm.Remedy),
            Remedies.SmallerRate(Context, factor),
            .. Context is { IsAdaptive: false, ClipNorm: not (> 0 and <= 1) } ? [Remedies.Clip(Context)] : (Remedy[])[],
        ];
    }
}
