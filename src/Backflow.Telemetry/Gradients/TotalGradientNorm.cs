using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂L/∂hₜ‖₂ for every timestep: the total gradient, through the recurrence, of the last backward
/// pass.</summary>
/// <remarks>
/// The norm runs over units and sequences together (Frobenius over [B, H]); the loss is the mean over all targets, so
/// the value falls with batch size and sequence length as the mean does. It is taken before clipping.
/// How to read it: a straight fall to the left on a logarithmic axis is a vanishing gradient, and its slope is the
/// decay per timestep; a rise to the left is an exploding one.
/// </remarks>
public sealed class TotalGradientNorm() : RowMetric(
    Description,
    GradientHorizon.Description,
    GradientHorizon.DecayDescription,
    GradientHorizon.ConfidenceDescription)
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "total-gradient-norm";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Total gradient",
        Title = "Total gradient ‖∂L/∂hₜ‖₂",
        Meaning = "The gradient of the loss by the state after each timestep, along all paths.",
        Formula = "‖∂L/∂hₜ‖₂ with ∂L/∂hₜ = ℓₜ + (∂hₜ₊₁/∂hₜ)ᵀ ∂L/∂hₜ₊₁",
        Reduction =
            "[T] per layer. Frobenius norm over units and sequences, [B, H]; the loss is the mean over its "
            + "targets; before clipping.",
        Range = "[0, ∞), NaN kept",
        Unit = "loss per unit of state",
        HowToRead =
            "A straight fall to the left on a logarithmic axis is a vanishing gradient, its slope the decay "
            + "per timestep; a rise to the left is an exploding one.",
        Caption = "ℓ₂ norm over units and batch, loss averaged over its targets, before clipping",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Row,
        Cost = CostClass.Sweep,
    };

    /// <inheritdoc/>
    public override bool IsEvidence => true;

    /// <inheritdoc/>
    public override void Measure(LayerPass layer, Span<float> row)
    {
        SpanShape.Require(row.Length, layer.SequenceLength, "[T]", nameof(row));
        for (int t = 0; t < row.Length; t++)
        {
            row[t] = (float)layer.HiddenGradient(t).Norm();
        }
    }

    /// <inheritdoc/>
    public override void Derive(ReadOnlySpan<float> row, Span<double> scalars)
    {
        HorizonResult result = GradientHorizon.Measure(row);
        scalars[0] = result.Horizon ?? double.NaN;
        scalars[1] = result.DecayPerTimestep;
        scalars[2] = result.Confidence;
    }
}
