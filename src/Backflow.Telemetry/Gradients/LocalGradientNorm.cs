using System.Buffers;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂Lₜ/∂hₜ‖₂ for every timestep: what this timestep's own loss, or the layer above, asks of the
/// state.</summary>
/// <remarks>
/// Formula: δyₜ·W_head for the top layer, δaₜ·W of the layer above for the others (docs/mathematics/telemetry.md).
/// Frobenius norm over [B, H]; loss averaged over its targets; before clipping. Unit: loss per unit of h. Range [0, ∞),
/// NaN kept.
/// How to read it: total ÷ local is what the recurrence adds. Where both agree the network learns from this timestep
/// alone; where local is 0 and total is not, the whole signal has come back through time.
/// </remarks>
public sealed class LocalGradientNorm() : RowMetric(Description)
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "local-gradient-norm";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Local gradient",
        Title = "Local gradient ‖∂Lₜ/∂hₜ‖₂",
        Meaning = "What this timestep's own loss, or the layer above, asks of the state.",
        Formula = "‖δyₜ·W_head‖₂ on top, ‖(δaₜ·W) ⊙ mask‖₂ of the layer above elsewhere",
        Reduction =
            "[T] per layer. Frobenius norm over units and sequences, [B, H]; the loss is the mean over its "
            + "targets; before clipping.",
        Range = "[0, ∞), NaN kept",
        Unit = "loss per unit of state",
        HowToRead =
            "Total ÷ local is what the recurrence adds. Local 0 and total not: the whole signal has come back "
            + "through time.",
        Caption =
            "what timestep t's own loss or the layer above asks; ℓ₂ norm over units and batch, loss averaged "
            + "over its targets, before clipping",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Full,
        Kind = ColumnKind.Row,
        Cost = CostClass.Product,
    };

    /// <inheritdoc/>
    public override bool AppliesTo(LayerPass layer) => layer.KeepsGates && layer.HasLocalGradient;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The layer is on top of a network without head.</exception>
    public override void Measure(LayerPass layer, Span<float> row)
    {
        SpanShape.Require(row.Length, layer.SequenceLength, "[T]", nameof(row));
        int length = layer.BatchSize * layer.HiddenSize;
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        for (int t = 0; t < row.Length; t++)
        {
            layer.LocalGradient(t, rented.AsSpan(0, length));
            row[t] = (float)GradientClipping.Norm(rented.AsSpan(0, length));
        }

        ArrayPool<float>.Shared.Return(rented);
    }
}
