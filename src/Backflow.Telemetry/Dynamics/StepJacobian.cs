namespace Backflow.Telemetry;

/// <summary>∂hₜ/∂hₜ₋₁ of one timestep, in full; for the LSTM ∂(hₜ, cₜ)/∂(hₜ₋₁, cₜ₋₁).</summary>
/// <remarks>
/// Formulas: docs/mathematics/elman.md, lstm.md ("The whole Jacobian"), gru.md. In double, from the weights and
/// states of
/// a trajectory. Unit: none. Range: unbounded. On demand, O(G·H²) per timestep (reset before the product: O(H³)).
/// How to read it: row i says how unit i of the new state answers to each unit of the old one. Its singular values are
/// the stretches of one timestep; above 1 a direction grows, below 1 it fades.
/// </remarks>
public static class StepJacobian
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "step-jacobian";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Jacobian of a timestep",
        Title = "Jacobian ∂hₜ/∂hₜ₋₁",
        Meaning = "How each unit of a state answers to each unit of the state before.",
        Formula = "∂hₜ/∂hₜ₋₁; ∂(hₜ, cₜ)/∂(hₜ₋₁, cₜ₋₁) for the LSTM",
        Reduction = "[S, S] of one sequence and timestep, S = H or 2H",
        Range = "unbounded",
        Unit = "none",
        HowToRead = "Its singular values are the stretches of one timestep.",
        Caption = "of one sequence and timestep",
        Scale = MetricScale.Diverging,
        Level = TelemetryLevel.Full,
        Kind = ColumnKind.Matrix,
        Cost = CostClass.OnDemand,
    };

    /// <summary>Computes the Jacobian of one timestep.</summary>
    /// <param name="trajectory">One sequence through one layer.</param>
    /// <param name="timestep">The timestep t, in [0, T): from the state before it to the state after it.</param>
    /// <returns>[S, S], row-major, S = <see cref="LayerTrajectory.StateSize"/>; for the LSTM h comes first, then
    /// c.</returns>
    public static double[] Compute(LayerTrajectory trajectory, int timestep)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timestep);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(timestep, trajectory.SequenceLength);
        double[] jacobian = new double[trajectory.StateSize * trajectory.StateSize];
        CellLinearisation.Of(trajectory).StepJacobian(timestep, jacobian);
        return jacobian;
    }
}
