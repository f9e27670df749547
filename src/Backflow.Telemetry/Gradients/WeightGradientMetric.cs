using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>What each timestep contributes to the gradient of one weight matrix of a layer: ‖dAₜᵀ·vₜ‖_F, where vₜ is
/// what the matrix is multiplied by.</summary>
/// <remarks>
/// The contribution of timestep t is dAₜᵀ·vₜ, a sum of B outer products. Its squared Frobenius norm is the sum over all
/// pairs of sequences of ⟨dA_b, dA_b′⟩·⟨v_b, v_b′⟩: two Gram matrices of [B, B], no buffer of the matrix's size.
/// Derived in docs/mathematics/telemetry.md; the identity behind per-example norms in Goodfellow 2015,
/// arXiv 1510.01799.
/// All gates together; in double; loss averaged over its targets; before clipping. Cost: O(B²·(G·H + I)) per timestep.
/// </remarks>
public abstract class WeightGradientMetric : RowMetric
{
    private protected WeightGradientMetric(MetricDescription description)
        : base(description)
    {
    }

    /// <inheritdoc/>
    public override bool AppliesTo(LayerPass layer) => layer.KeepsGates;

    /// <inheritdoc/>
    public override void Measure(LayerPass layer, Span<float> row)
    {
        SpanShape.Require(row.Length, layer.SequenceLength, "[T]", nameof(row));
        using GramRows gates = new(layer.BatchSize, layer.GateCount * layer.HiddenSize);
        using GramRows vectors = new(layer.BatchSize, WidthOf(layer));
        for (int t = 0; t < row.Length; t++)
        {
            row[t] = (float)Math.Sqrt(Square(layer, t, gates, vectors));
        }
    }

    /// <summary>What both matrices have in common in words.</summary>
    private protected static MetricDescription Describe(
        string name, string label, string title, string meaning, string vector) => new()
        {
            Name = name,
            Label = label,
            Title = title,
            Meaning = meaning,
            Formula = $"‖Σ_b δaₜ,b vᵀₜ,b‖_F = √(Σ_bb′ ⟨δa_b, δa_b′⟩⟨v_b, v_b′⟩), v = {vector}",
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

    /// <summary>The columns of the matrix.</summary>
    private protected abstract int WidthOf(LayerPass layer);

    /// <summary>‖dAₜᵀ·vₜ‖_F².</summary>
    /// <param name="layer">A layer after its backward pass.</param>
    /// <param name="t">The timestep.</param>
    /// <param name="gates">[B, G·H], overwritten with dAₜ.</param>
    /// <param name="vectors">[B, columns of the matrix], overwritten with vₜ.</param>
    private protected abstract double Square(LayerPass layer, int t, in GramRows gates, in GramRows vectors);
}
