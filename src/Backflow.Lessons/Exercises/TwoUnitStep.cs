using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Lessons.Exercises;

/// <summary>hₜ = tanh(W·hₜ₋₁) with two units in the engine: no input, no bias.</summary>
/// <param name="Jacobian">∂hₜ/∂hₜ₋₁, [2, 2], row by row.</param>
/// <param name="After">hₜ, [2].</param>
internal sealed record TwoUnitStep(double[] Jacobian, double[] After)
{
    private const int Units = 2;

    /// <summary>One timestep from a state.</summary>
    /// <param name="weights">W, [2, 2], row by row.</param>
    /// <param name="before">hₜ₋₁, [2].</param>
    public static TwoUnitStep Step(double[] weights, double[] before)
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = 1,
            Layers = [new LayerOptions(Cells.RnnTanh, Units)],
        });
        network.Parameters.Span.Clear();
        network.Layers[0].RecurrentWeights.Import(
            Array.ConvertAll(weights, static value => (float)value), network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, sequenceLength: 1, batchSize: 1, pool);
        pass.SetInput([0]);
        pass.Layers[0].SetInitialState(Array.ConvertAll(before, static value => (float)value));
        pass.Forward();
        float[] after = new float[Units];
        pass.Layers[0].Hidden(0).CopyTo(after);
        return new TwoUnitStep(
            StepJacobian.Compute(LayerTrajectory.Read(pass, 0, 0), 0),
            Array.ConvertAll(after, static value => (double)value));
    }
}
