using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂L/∂R at t‖_F: what each timestep contributes to the gradient of the recurrent weights.</summary>
/// <remarks>
/// The contribution of timestep t is dAₜᵀ·hₜ₋₁, a sum of B outer products. Its squared Frobenius norm is the sum
/// over all
/// pairs of sequences of ⟨dA_b, dA_b′⟩·⟨h_b, h_b′⟩: two Gram matrices of [B, B], no buffer of [G·H, H]. Derived in
/// docs/mathematics/telemetry.md; the identity behind per-example norms in Goodfellow 2015, arXiv 1510.01799.
/// All gates together; in double; loss averaged over its targets; before clipping. Unit: loss per unit of weight. Range
/// [0, ∞), NaN kept. Cost: O(B²·(G·H + I)) per timestep.
/// How to read it: where in the sequence the weights learn. Contributions can cancel: the norm of the sum over t may be
/// far below the largest of them.
/// </remarks>
public sealed class RecurrentWeightGradientNorm() : RowMetric(Description)
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "recurrent-weight-gradient-norm";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Recurrent weights by timestep",
        Title = "Contribution of t to ∂L/∂R, ‖dAₜᵀ·hₜ₋₁‖_F",
        Meaning = "What each timestep contributes to the gradient of R.",
        Formula =
            "‖Σ_b δaₜ,b vᵀₜ,b‖_F = √(Σ_bb′ ⟨δa_b, δa_b′⟩⟨v_b, v_b′⟩), v = hₜ₋₁ (r ⊙ hₜ₋₁ in the candidate of a "
            + "GRU that resets before)",
        Reduction =
            "[T] per layer. Frobenius norm over all gates, sequences summed; the loss is the mean over its "
            + "targets; before clipping.",
        Range = "[0, ∞), NaN kept",
        Unit = "loss per unit of weight",
        HowToRead =
            "Where in the sequence the weights learn. Contributions cancel: the norm of their sum may be far "
            + "below the largest of them.",
        Caption = "Frobenius norm over all gates, summed over the batch, loss averaged, before clipping",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Full,
        Kind = ColumnKind.Row,
        Cost = CostClass.Product,
    };

    /// <inheritdoc/>
    public override bool AppliesTo(LayerPass layer) => layer.KeepsGates;

    /// <inheritdoc/>
    public override void Measure(LayerPass layer, Span<float> row)
    {
        SpanShape.Require(row.Length, layer.SequenceLength, "[T]", nameof(row));
        int h = layer.HiddenSize;
        CellDescription cell = layer.Options.Cell;
        bool isMasked = cell.MaskGate is not null;
        int candidate = cell.FirstMaskedGate * h;
        using GramRows gates = new(layer.BatchSize, layer.GateCount * h);
        using GramRows states = new(layer.BatchSize, h);
        for (int t = 0; t < row.Length; t++)
        {
            layer.RecurrentSideGradient(t, gates.Values);
            gates.Widen();
            layer.Hidden(t - 1).CopyTo(states.Values);
            states.Widen();
            double square = gates.SquareWith(states, 0, candidate);
            if (isMasked)
            {
                // The last blocks of R saw the masked state, such as r ⊙ hₜ₋₁.
                layer.CandidateState(t).CopyTo(states.Values);
                states.Widen();
                square += gates.SquareWith(states, candidate, gates.Width - candidate);
            }

            row[t] = (float)Math.Sqrt(square);
        }
    }
}
