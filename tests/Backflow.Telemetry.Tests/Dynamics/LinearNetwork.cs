using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

/// <summary>A linear network: ReLU units that stay positive, because R and the bias are; R is symmetric.</summary>
internal sealed class LinearNetwork : IDisposable
{
    private readonly WorkerPool _pool = new(threads: 1);

    /// <summary>Makes R = V·diag(λ)·Vᵀ with an orthogonal V whose first column is positive, and runs it.</summary>
    /// <param name="eigenvalues">λ, largest first, the first large enough that no element of R is negative.</param>
    /// <param name="timesteps">T.</param>
    public LinearNetwork(double[] eigenvalues, int timesteps)
    {
        int n = eigenvalues.Length;

        // The reflection that swaps (1, 0, 0 …) and (1, 1, 1 …)/√n: I − 2wwᵀ/wᵀw with w their difference.
        double[] w = [.. Enumerable.Range(0, n).Select(i => (i == 0 ? 1 : 0) - (1 / Math.Sqrt(n)))];
        double square = w.Sum(static element => element * element);
        double[] v = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                v[(i * n) + j] = (i == j ? 1 : 0) - (2 * w[i] * w[j] / square);
            }
        }

        float[] weights = new float[n * n];
        for (int i = 0; i < weights.Length; i++)
        {
            int row = i / n * n;
            int column = i % n * n;
            weights[i] = (float)Enumerable.Range(0, n).Sum(k => v[row + k] * eigenvalues[k] * v[column + k]);
        }

        Assert.All(weights, static weight => Assert.True(weight > 0));
        float[] bias = new float[n];
        bias.AsSpan().Fill(1);
        RecurrentNetwork network = new(TwinSetup.Vectors(Cells.RnnRelu, n));
        network.Layers[0].RecurrentWeights.Import(weights, network.Parameters.Span);
        network.Layers[0].InputBias.Import(bias, network.Parameters.Span);
        NetworkPass pass = new(network, timesteps, 1, _pool);
        pass.Forward();
        Trajectory = LayerTrajectory.Read(pass, 0, 0);
    }

    public LayerTrajectory Trajectory { get; }

    public void Dispose() => _pool.Dispose();
}
