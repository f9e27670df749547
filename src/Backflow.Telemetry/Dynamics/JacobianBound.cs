using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>(γσ₁)^(T−t) and σ₁^(T−t): what ‖∂h_T/∂hₜ‖₂ can be at most in an Elman network.</summary>
/// <remarks>
/// ‖Jₜ‖₂ = ‖diag(φ′)·R‖₂ ≤ γ·σ₁(R), where γ bounds φ′: 1 for tanh and ReLU, 1/4 for the sigmoid (Pascanu, Mikolov &amp;
/// Bengio 2013, section 2.1). Unit: none. Range [0, ∞). Cost: one singular value decomposition of R.
/// How to read it: a bound below the measured curve cannot be. A bound that falls proves that the gradient vanishes;
/// one
/// that rises proves nothing, because R is non-normal and φ′ stays below γ.
/// </remarks>
public static class JacobianBound
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "jacobian-bound";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Bound with γ",
        Title = "Bound (γσ₁)^(T−t) of an Elman network",
        Meaning = "The most that the norm of the product can be in an Elman network.",
        Formula = "(γσ₁(R))^(T−t), γ = 1 for tanh and ReLU, 1/4 for the sigmoid",
        Reduction = "[T]; no batch",
        Range = "[0, ∞)",
        Unit = "none",
        HowToRead = "A bound that falls proves vanishing; one that rises proves nothing.",
        Caption = "of R alone, without a batch",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Full,
        Kind = ColumnKind.Row,
        Cost = CostClass.OnDemand,
    };

    /// <summary>The name of the bound without γ.</summary>
    public const string SpectralNormMetricName = "spectral-norm-power";

    /// <summary>The words and the schedule of <see cref="SpectralNormMetricName"/>.</summary>
    public static MetricDescription SpectralNormDescription { get; } = new()
    {
        Name = SpectralNormMetricName,
        Label = "Bound without γ",
        Title = "Bound σ₁^(T−t)",
        Meaning = "The same bound without γ.",
        Formula = "σ₁(R)^(T−t)",
        Reduction = "[T]; no batch",
        Range = "[0, ∞)",
        Unit = "none",
        HowToRead = "The line that R alone would draw.",
        Caption = "of R alone, without a batch",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Full,
        Kind = ColumnKind.Row,
        Cost = CostClass.OnDemand,
    };

    /// <summary>The largest derivative of a cell's activation, γ.</summary>
    /// <param name="cell">An Elman network.</param>
    /// <returns>1 for tanh and ReLU, 1/4 for the sigmoid.</returns>
    /// <exception cref="ArgumentException">The cell is gated: its Jacobian is a sum of several products.</exception>
    public static double LargestSlope(CellDescription cell) => cell.ElmanActivation?.LargestSlope
        ?? throw new ArgumentException(
            $"The bound (γσ₁)^(T−t) is for Elman networks; the cell '{cell.Name}' is none.", nameof(cell));

    /// <summary>γσ₁(R), the most that one timestep of an Elman layer can stretch a vector.</summary>
    /// <param name="trajectory">One sequence through a layer.</param>
    /// <returns>In [0, ∞); null for a gated cell.</returns>
    public static double? PerTimestep(LayerTrajectory trajectory) =>
        trajectory.Cell.ElmanActivation is null ? null : LargestSlope(trajectory.Cell) * SpectralNorm(trajectory);

    /// <summary>Computes both bounds.</summary>
    /// <param name="trajectory">One sequence through an Elman layer.</param>
    /// <param name="bound">(γσ₁)^(T−t), [T], overwritten: entry t belongs to the state after timestep t.</param>
    /// <param name="spectralNormPower">σ₁^(T−t), [T], overwritten.</param>
    public static void Compute(LayerTrajectory trajectory, Span<double> bound, Span<double> spectralNormPower)
    {
        double slope = LargestSlope(trajectory.Cell);
        SpanShape.Require(bound.Length, trajectory.SequenceLength, "[T]", nameof(bound));
        SpanShape.Require(spectralNormPower.Length, trajectory.SequenceLength, "[T]", nameof(spectralNormPower));
        double norm = SpectralNorm(trajectory);
        for (int t = 0; t < bound.Length; t++)
        {
            int lag = bound.Length - 1 - t;
            bound[t] = Math.Pow(slope * norm, lag);
            spectralNormPower[t] = Math.Pow(norm, lag);
        }
    }

    private static double SpectralNorm(LayerTrajectory trajectory) =>
        SquareProduct.SingularValues(trajectory.RecurrentWeights, trajectory.HiddenSize)[0];
}
