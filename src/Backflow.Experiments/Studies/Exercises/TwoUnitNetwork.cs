using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Exercises;

/// <summary>hₜ = tanh(W·hₜ₋₁) with two units, as the exercises have it, in the engine: no input, no bias.</summary>
internal static class TwoUnitNetwork
{
    private const int Units = 2;

    /// <summary>∂hₜ/∂hₜ₋₁ at a state hₜ₋₁, from the engine's forward pass and the telemetry's Jacobian.</summary>
    public static double[] Jacobian(float[] weights, float[] state)
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = 1,
            Layers = [new LayerOptions(Cells.RnnTanh, Units)],
        });
        network.Parameters.Span.Clear();
        network.Layers[0].RecurrentWeights.Import(weights, network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, sequenceLength: 1, batchSize: 1, pool);
        pass.SetInput([0]);
        pass.Layers[0].SetInitialState(state);
        pass.Forward();
        return StepJacobian.Compute(LayerTrajectory.Read(pass, 0, 0), 0);
    }

    /// <summary>The Jacobian by central differences of tanh(W·h), which know nothing of derivatives.</summary>
    public static double[] Differences(float[] weights, float[] state)
    {
        const double Step = 1e-5;
        double[] jacobian = new double[Units * Units];
        for (int row = 0; row < Units; row++)
        {
            for (int column = 0; column < Units; column++)
            {
                double Value(double offset)
                {
                    double sum = 0;
                    for (int k = 0; k < Units; k++)
                    {
                        sum += weights[(row * Units) + k] * (state[k] + (k == column ? offset : 0));
                    }

                    return Math.Tanh(sum);
                }

                jacobian[(row * Units) + column] = (Value(Step) - Value(-Step)) / (2 * Step);
            }
        }

        return jacobian;
    }
}
