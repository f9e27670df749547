namespace Backflow.Telemetry;

/// <summary>‖Π f_k ⊙ ∂L/∂c_T‖₂ for every timestep of one sequence: the cell gradient that the carousel alone
/// carries.</summary>
/// <remarks>
/// The product over k = t + 1 … T as in <see cref="CarouselGain"/>, weighted by the gradient that it meets at the end.
/// Norm over units; loss as in the pass. Unit: loss per unit of c. Range [0, ∞). On demand, from a trajectory.
/// How to read it: on one axis with the cell gradient of the same sequence. With a loss at the last timestep alone,
/// both agree wherever the recurrent matrices add nothing.
/// </remarks>
public static class CarouselGradientNorm
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "carousel-gradient-norm";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Carousel gradient",
        Title = "Carousel gradient ‖Π f_k ⊙ ∂L/∂c_T‖₂",
        Meaning = "The cell gradient that the carousel alone carries back.",
        Formula = "‖Π_{k>t} f_k ⊙ ∂L/∂c_T‖₂",
        Reduction = "[T] of one sequence; over units",
        Range = "[0, ∞)",
        Unit = "loss per unit of state",
        HowToRead = "Beside cell-gradient-norm: what lies above came through h and the recurrent matrices.",
        Caption = "ℓ₂ norm over units of one sequence",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Full,
        Kind = ColumnKind.Row,
        Cost = CostClass.OnDemand,
    };

    /// <summary>Measures one sequence of an LSTM.</summary>
    /// <param name="trajectory">The sequence.</param>
    /// <param name="lastCellGradient">∂L/∂c_T, [H].</param>
    /// <param name="norms">[T], overwritten: entry t belongs to the state after timestep t.</param>
    public static void Measure(LayerTrajectory trajectory, ReadOnlySpan<float> lastCellGradient, Span<double> norms)
    {
        SpanShape.Require(norms.Length, trajectory.SequenceLength, "[T]", nameof(norms));
        SpanShape.Require(lastCellGradient.Length, trajectory.HiddenSize, "[H]", nameof(lastCellGradient));
        if (!trajectory.Cell.HasCellState)
        {
            throw new ArgumentException(
                $"The cell '{trajectory.Cell.Name}' has no cell state, which an LSTM has.", nameof(trajectory));
        }

        CellLinearisation cell = CellLinearisation.Of(trajectory);

        double[] carried = new double[lastCellGradient.Length];
        for (int j = 0; j < carried.Length; j++)
        {
            carried[j] = lastCellGradient[j];
        }

        for (int t = norms.Length - 1; t >= 0; t--)
        {
            norms[t] = System.Numerics.Tensors.TensorPrimitives.Norm<double>(carried);
            System.Numerics.Tensors.TensorPrimitives.Multiply(carried, cell.Kept(t), carried);
        }
    }
}
