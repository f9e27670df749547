using Backflow.Engine;
using Backflow.Lessons.Recurrence;
using Backflow.Telemetry;

namespace Backflow.Lessons.Exercises;

/// <summary>hₜ = tanh(W·hₜ₋₁) with two units in the engine: no input, no bias.</summary>
/// <param name="Jacobian">∂hₜ/∂hₜ₋₁, [2, 2], row by row.</param>
/// <param name="After">hₜ, [2].</param>
internal sealed record TwoUnitStep(double[] Jacobian, double[] After)
{
    /// <summary>One timestep from a state.</summary>
    /// <param name="weights">W, [2, 2], row by row.</param>
    /// <param name="before">hₜ₋₁, [2].</param>
    public static TwoUnitStep Step(double[] weights, double[] before)
    {
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = TwoUnits.Forward(weights, input: 0, length: 1, before, pool);
        return new TwoUnitStep(
            StepJacobian.Compute(LayerTrajectory.Read(pass, 0, 0), 0),
            Array.ConvertAll(pass.Layers[0].Hidden(0).ToArray(), static value => (double)value));
    }
}
