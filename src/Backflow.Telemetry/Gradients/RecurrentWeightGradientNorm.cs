using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂L/∂R at t‖_F: what each timestep contributes to the gradient of the recurrent weights,
/// dAₜᵀ·hₜ₋₁.</summary>
public sealed class RecurrentWeightGradientNorm() : WeightGradientMetric(Description)
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "recurrent-weight-gradient-norm";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = Describe(
        MetricName,
        "Recurrent weights by timestep",
        "Contribution of t to ∂L/∂R, ‖dAₜᵀ·hₜ₋₁‖_F",
        "What each timestep contributes to the gradient of R.",
        "hₜ₋₁ (r ⊙ hₜ₋₁ in the candidate of a GRU that resets before)");

    private protected override int WidthOf(LayerPass layer) => layer.HiddenSize;

    private protected override double Square(LayerPass layer, int t, in GramRows gates, in GramRows vectors)
    {
        CellDescription cell = layer.Options.Cell;
        int candidate = cell.FirstMaskedGate * layer.HiddenSize;
        layer.RecurrentSideGradient(t, gates.Values);
        gates.Widen();
        layer.Hidden(t - 1).CopyTo(vectors.Values);
        vectors.Widen();
        double square = gates.SquareWith(vectors, 0, candidate);
        if (cell.MaskGate is not null)
        {
            // The last blocks of R saw the masked state, such as r ⊙ hₜ₋₁.
            layer.CandidateState(t).CopyTo(vectors.Values);
            vectors.Widen();
            square += gates.SquareWith(vectors, candidate, gates.Width - candidate);
        }

        return square;
    }
}
