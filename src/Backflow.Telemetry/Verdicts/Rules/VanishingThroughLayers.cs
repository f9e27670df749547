using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>vanishing-through-layers</c>: the lowest layer gets hardly any of the top layer's
/// gradient.</summary>
internal sealed class VanishingThroughLayers(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private double _top;
    private double _bottom;

    public static RuleDescription Description { get; } = new()
    {
        Name = "vanishing-through-layers",
        Severity = VerdictSeverity.Warning,
        Metric = TotalGradientNorm.MetricName,
        FiresWhen = "mean norm over timesteps of layer 0 ÷ that of the top layer < θ",
        Defaults = new RuleOptions(1e-3, 30),
        Source = "AutoTrainer (ICSE 2021)",
        Proposes = "tanh for a sigmoid, orthogonal start, PyTorch's start, fewer layers",
        Create = static (column, state) => column is { IsRow: true, Metric: TotalGradientNorm.MetricName }
            && state.Context.Cells.Length > 1 ? new VanishingThroughLayers(column, state) : null,
    };

    /// <summary>The lowest layer, whichever of the two streams came last.</summary>
    protected override int? Layer => 0;

    protected override Finding Judge(long step, ReadOnlySpan<float> values)
    {
        int layer = Column.Layer!.Value;
        int top = Context.Cells.Length - 1;
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        State.LayerGradients[layer] = (step, sum / values.Length);

        // One stream per layer arrives; the bottom one judges, whichever of the two comes last.
        (long topStep, double topNorm) = State.LayerGradients[top];
        (long bottomStep, double bottomNorm) = State.LayerGradients[0];
        if ((layer != 0 && layer != top) || topStep != step || bottomStep != step || State.IsSolved
            || !(topNorm > 0) || !double.IsFinite(topNorm) || !double.IsFinite(bottomNorm))
        {
            return Finding.Unknown;
        }

        (_top, _bottom) = (topNorm, bottomNorm);
        return Finding.When(bottomNorm / topNorm < Threshold, bottomNorm / topNorm);
    }

    // What is 0 did not shrink from layer to layer.
    protected override string Meaning(in Finding finding) => finding.Value == 0
        ? $"Layer 0 gets nothing of the gradient of layer {Context.Cells.Length - 1}: it is exactly 0 there, so "
            + "something cuts it off on the way, such as units that are all inactive or saturated."
        : $"Layer 0 gets {NumberText.Of(finding.Value)} of the gradient of layer {Context.Cells.Length - 1}: "
        + "the lower layers do not learn.";

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) =>
        [new("top-layer-norm", _top), new("layer-0-norm", _bottom)];

    protected override ImmutableArray<Remedy> Proposals() => [.. Remedies.ThroughLayers(Context)];
}
