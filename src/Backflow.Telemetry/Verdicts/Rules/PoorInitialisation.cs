using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>poor-initialisation</c>: the gradient changes too fast per timestep before anything is
/// learnt.</summary>
internal sealed class PoorInitialisation(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private const int FirstSteps = 10;
    private const int FewestTimesteps = 3;

    private double _confidence;
    private double _factor;

    public static RuleDescription Description { get; } = new()
    {
        Name = "poor-initialisation",
        Severity = VerdictSeverity.Warning,
        Metric = GradientHorizon.DecayMetricName,
        FiresWhen = "in the first 10 steps: the gradient's factor per timestep, over the last timesteps to 1 % of the "
            + "norm, is below θ or above 1/θ",
        Defaults = new RuleOptions(0.3, 0, RuleOptions.Forever),
        Source = "own factor, in the first 10 steps as SageMaker Debugger",
        Proposes = "orthogonal start, forget bias, gated cell; clipping where it grows",
        Create = static (column, state) => GradientRow.IsOf(column, state.Context)
            ? new PoorInitialisation(column, state) : null,
    };

    protected override Finding Judge(long step, ReadOnlySpan<float> values)
    {
        if (step > FirstSteps || values.Length < FewestTimesteps)
        {
            return Finding.Unknown;
        }

        HorizonResult all = GradientHorizon.Measure(values);
        int used = Math.Clamp((all.Horizon ?? 0) + 2, FewestTimesteps, values.Length);
        HorizonResult near = GradientHorizon.Measure(values[^used..]);
        _confidence = near.Confidence;
        _factor = near.DecayPerTimestep;
        return double.IsFinite(_factor)
            ? Finding.When(_factor < Threshold || _factor > 1 / Threshold, _factor, values.Length - used)
            : Finding.Unknown;
    }

    protected override string Meaning(in Finding finding) =>
        $"At the start the {GradientRow.NameOf(Column)} is multiplied by {NumberText.Of(finding.Value)} at every "
        + "timestep: "
        + (finding.Value < 1 ? "it is gone after a few." : "it is beyond use after a few.");

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) => [new("confidence", _confidence)];

    protected override ImmutableArray<Remedy> Proposals() => _factor < 1
        ? [.. Remedies.LongerMemory(Context, Column.Layer!.Value).Select(Remedies.FromUsualStart),
            Remedies.DefaultStart()]
        : [Remedies.Orthogonal(), Remedies.Clip(Context), Remedies.DefaultStart()];
}
