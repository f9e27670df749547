using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>saturated-gate</c>: a gate stands where its activation has no slope and cannot be moved.</summary>
/// <remarks>
/// The slope is that of the mean gate, not of an open one: chrono and a forget bias of 3 open or close gates on purpose
/// and leave them 2 % to 5 % of the slope.
/// </remarks>
internal sealed class SaturatedGate(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private const double LargestSigmoidSlope = 0.25;
    private const int FirstSteps = 10;

    private bool _isSaturatedAtOnce;

    public static RuleDescription Description { get; } = new()
    {
        Name = "saturated-gate",
        Severity = VerdictSeverity.Warning,
        Metric = GateStatistics.MeanDerivativeMetricName,
        FiresWhen = "mean activation derivative over timesteps ÷ its largest value (1/4 for σ, 1 for tanh) < θ",
        Defaults = new RuleOptions(0.04, 30),
        Source = "own: the slope of σ at 0.99; Karpathy et al. 2015 call a gate saturated from 0.9 on",
        Proposes = "bias nearer to 0, smaller learning rate",
        Create = static (column, state) => column is { IsRow: true, Metric: GateStatistics.MeanDerivativeMetricName }
            ? new SaturatedGate(column, state) : null,
    };

    protected override string? Gate => Column.Label;

    private double Largest => Gate == "candidate" ? 1 : LargestSigmoidSlope;

    protected override Finding Judge(long step, ReadOnlySpan<float> values)
    {
        double sum = 0;
        int at = 0;
        for (int t = 0; t < values.Length; t++)
        {
            sum += values[t];
            at = values[t] < values[at] ? t : at;
        }

        double slope = sum / values.Length / Largest;
        _isSaturatedAtOnce |= step <= FirstSteps && slope < Threshold;
        return double.IsFinite(slope) ? Finding.When(slope < Threshold, slope, at) : Finding.Unknown;
    }

    protected override string Meaning(in Finding finding) =>
        $"The {Gate} gate has {NumberText.Of(100 * finding.Value)} % of the slope that its activation can have: it "
        + "stays as it is, whatever the loss says.";

    // A gate that is saturated after a few steps was set so by chrono, its bias or its weights, and no rate brings it
    // back; what becomes saturated later was driven there.
    protected override ImmutableArray<Remedy> Proposals() =>
        !_isSaturatedAtOnce ? [Remedies.SmallerRate(Context, 10), Remedies.DefaultStart()]
        : IsChronoLong ? [Remedies.Chrono(Context), Remedies.ForgetBias(1)]
        : Gate == "forget" ? [Remedies.ForgetBias(1), Remedies.Chrono(Context)]
        : [Remedies.DefaultStart(), Remedies.SmallerRate(Context, 10)];

    private bool IsChronoLong => Context.NumberOf("Chrono", 0) > 2 * Context.Lag;
}
