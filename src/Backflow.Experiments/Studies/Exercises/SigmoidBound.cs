using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Exercises;

/// <summary>
/// Looks among random sigmoid networks for one whose Jacobian from the first state to the last has a norm above
/// (σ₁(W)/4)^(T−1).
/// </summary>
internal static class SigmoidBound
{
    private const int InputSize = 4;
    private const int LongestSequence = 20;
    private const int MostUnits = 24;

    /// <summary>What came of a search.</summary>
    /// <param name="Networks">Networks that were tried.</param>
    /// <param name="Above">Networks above the bound.</param>
    /// <param name="Closest">The largest ratio of the measured norm to the bound.</param>
    public sealed record Search(int Networks, int Above, double Closest);

    /// <summary>Tries networks of random sizes, weights and inputs.</summary>
    public static Search Run(int networks, ulong seed, Action<double, string> report, CancellationToken cancellation)
    {
        using WorkerPool pool = new(threads: 1);
        SplittableRandom root = new SplittableRandom(seed).Split("sigmoid bound");
        int above = 0;
        double closest = 0;
        for (int i = 0; i < networks; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            double ratio = Ratio(root.Split((ulong)i), pool);
            closest = Math.Max(closest, ratio);

            // The Jacobians are computed in double from float states; the bound is exact to 1e-15.
            above += ratio > 1 + 1e-6 ? 1 : 0;
            string text = $"Sigmoid bound: network {NumberText.Count(i + 1)} of {NumberText.Count(networks)}";
            report((i + 1.0) / networks, text);
        }

        return new Search(networks, above, closest);
    }

    private static double Ratio(SplittableRandom random, WorkerPool pool)
    {
        int units = 1 + random.NextInt32(MostUnits);
        int length = 2 + random.NextInt32(LongestSequence - 1);
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = InputSize,
            Layers = [new LayerOptions(Cells.RnnSigmoid, units)],
        });
        NetworkInitialiser.Initialise(
            network,
            new InitialisationOptions { Scheme = InitialisationScheme.SpectralNorm, Gain = random.NextUniform(0.1, 8) },
            random.Split("weights"));
        NetworkPass pass = new(network, length, batchSize: 1, pool);
        float[] input = new float[length * InputSize];
        for (int i = 0; i < input.Length; i++)
        {
            input[i] = (float)random.NextGaussian();
        }

        pass.SetInput(input);
        pass.ResetState();
        pass.Forward();
        LayerTrajectory trajectory = LayerTrajectory.Read(pass, 0, 0);
        double[] bound = new double[length];
        JacobianBound.Compute(trajectory, bound, new double[length]);
        return JacobianProduct.Compute(trajectory).SpectralNorms[0] / bound[0];
    }
}
