using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂L/∂W at t‖_F: what each timestep contributes to the gradient of the input weights.</summary>
/// <remarks>As <see cref="RecurrentWeightGradientNorm"/>, of dAₜᵀ·xₜ.</remarks>
public sealed class InputWeightGradientNorm() : RowMetric(Description)
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "input-weight-gradient-norm";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Input weights by timestep",
        Title = "Contribution of t to ∂L/∂W, ‖dAₜᵀ·xₜ‖_F",
        Meaning = "What each timestep contributes to the gradient of W.",
        Formula = "‖Σ_b δaₜ,b vᵀₜ,b‖_F = √(Σ_bb′ ⟨δa_b, δa_b′⟩⟨v_b, v_b′⟩), v = xₜ",
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
        using GramRows gates = new(layer.BatchSize, layer.GateCount * layer.HiddenSize);
        using GramRows inputs = new(layer.BatchSize, layer.InputSize);
        for (int t = 0; t < row.Length; t++)
        {
            layer.InputSideGradient(t, gates.Values);
            gates.Widen();
            layer.Input(t).CopyTo(inputs.Values);
            inputs.Widen();
            row[t] = (float)Math.Sqrt(gates.SquareWith(inputs, 0, gates.Width));
        }
    }
}
