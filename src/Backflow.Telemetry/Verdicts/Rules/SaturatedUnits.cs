using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Backflow.Telemetry;

/// <summary>Rule <c>saturated-units</c>: states sit where the activation is flat, and every gradient dies
/// there.</summary>
internal sealed class SaturatedUnits(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private const int FirstSteps = 10;

    private bool _isSaturatedAtOnce;

    public static RuleDescription Description { get; } = new()
    {
        Name = "saturated-units",
        Severity = VerdictSeverity.Warning,
        Metric = UnitStatistics.MetricName,
        FiresWhen = "share of saturated states over units, sequences and timesteps > θ (not for ReLU)",
        Defaults = new RuleOptions(0.7, 30),
        Source = "own share; a state counts outside ±0.9 (Karpathy et al. 2015)",
        Proposes = "smaller recurrent weights, smaller learning rate",
        Create = static (column, state) => column is { IsRow: true, Metric: UnitStatistics.MetricName }
            && state.Context.Cells[column.Layer!.Value].StateActivation.Saturates
                ? new SaturatedUnits(column, state) : null,
    };

    protected override Finding Judge(long step, ReadOnlySpan<float> values)
    {
        double share = TensorPrimitives.Average(values);
        _isSaturatedAtOnce |= step <= FirstSteps && share > Threshold;
        return double.IsFinite(share)
            ? Finding.When(share > Threshold, share, TensorPrimitives.IndexOfMax(values))
            : Finding.Unknown;
    }

    protected override string Meaning(in Finding finding) =>
        $"{NumberText.Share(finding.Value)} of the states stand where the activation is flat: they multiply a "
        + "gradient by almost 0, whatever the recurrent weights are.";

    // What is saturated after a few steps has begun so; what becomes so later was driven there.
    protected override ImmutableArray<Remedy> Proposals() => _isSaturatedAtOnce
        ? [Remedies.Smaller(), Remedies.Orthogonal(), Remedies.DefaultStart()]
        : [Remedies.SmallerRate(Context, 10), Remedies.Smaller(), Remedies.Clip(Context)];
}
