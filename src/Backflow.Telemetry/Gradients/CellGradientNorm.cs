using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂L/∂cₜ‖₂ for every timestep: the total gradient of an LSTM's cell state.</summary>
/// <remarks>
/// Definition and formula: docs/mathematics/lstm.md; Hochreiter &amp; Schmidhuber 1997. Frobenius norm over units and
/// sequences, [B, H]; loss averaged over its targets; before clipping. Unit: loss per unit of c. Range [0, ∞), NaN
/// kept.
/// How to read it: beside the total gradient of h. c falls more slowly wherever forget gates are open; a horizon read
/// from h alone misses what c still carries.
/// </remarks>
public sealed class CellGradientNorm() : RowMetric(Description)
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "cell-gradient-norm";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Cell-state gradient",
        Title = "Cell-state gradient ‖∂L/∂cₜ‖₂",
        Meaning = "The total gradient of an LSTM's cell state.",
        Formula = "‖∂L/∂cₜ‖₂",
        Reduction =
            "[T] per LSTM layer. Frobenius norm over units and sequences, [B, H]; the loss is the mean over "
            + "its targets; before clipping.",
        Range = "[0, ∞), NaN kept",
        Unit = "loss per unit of state",
        HowToRead =
            "c falls more slowly than h wherever forget gates are open; a horizon read from h alone misses "
            + "what c still carries.",
        Caption = "ℓ₂ norm over units and batch, loss averaged over its targets, before clipping",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Row,
        Cost = CostClass.Sweep,
    };

    /// <inheritdoc/>
    public override bool IsEvidence => true;

    /// <inheritdoc/>
    public override bool AppliesTo(LayerPass layer) => layer.HasCellState;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The layer has no cell state.</exception>
    public override void Measure(LayerPass layer, Span<float> row)
    {
        SpanShape.Require(row.Length, layer.SequenceLength, "[T]", nameof(row));
        for (int t = 0; t < row.Length; t++)
        {
            row[t] = (float)layer.CellGradient(t).Norm();
        }
    }
}
