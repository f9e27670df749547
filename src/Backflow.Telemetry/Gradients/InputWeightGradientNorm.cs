using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂L/∂W at t‖_F: what each timestep contributes to the gradient of the input weights, dAₜᵀ·xₜ.</summary>
public sealed class InputWeightGradientNorm() : WeightGradientMetric(Description)
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "input-weight-gradient-norm";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = Describe(
        MetricName,
        "Input weights by timestep",
        "Contribution of t to ∂L/∂W, ‖dAₜᵀ·xₜ‖_F",
        "What each timestep contributes to the gradient of W.",
        "xₜ");

    private protected override int WidthOf(LayerPass layer) => layer.InputSize;

    private protected override double Square(LayerPass layer, int t, in GramRows gates, in GramRows vectors)
    {
        layer.InputSideGradient(t, gates.Values);
        gates.Widen();
        layer.Input(t).CopyTo(vectors.Values);
        vectors.Widen();
        return gates.SquareWith(vectors, 0, gates.Width);
    }
}
