using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Mean logarithmic growth per timestep of k directions along a real trajectory, largest first.</summary>
/// <remarks>
/// QR method: Q from a seeded random start; per timestep Jₜ·Q = Q′·R′, and λᵢ is the mean of ln|R′ᵢᵢ| (Benettin et al.
/// 1980; Engelken, Wolf &amp; Abbott 2023, "Lyapunov spectra of chaotic recurrent neural networks"). For the LSTM of
/// the
/// state (h, c). In double. Unit: nats per timestep. Range [−∞, ∞): −∞ where a direction is lost, as with dead ReLU
/// units.
/// Cost: on demand, O(S²·k) per timestep.
/// How to read it: e^λ₁ is the factor by which gradients along the trajectory grow per timestep in the long run.
/// Above 0
/// the network is chaotic and gradients explode; far below 0 they vanish; λ₁ near 0 keeps them longest.
/// </remarks>
public static class LyapunovExponents
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "lyapunov-exponents";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Lyapunov exponents",
        Title = "Lyapunov exponents",
        Meaning = "Mean logarithmic growth per timestep along a real trajectory.",
        Formula = "λᵢ = mean of ln|R′ᵢᵢ|, Jₜ·Q = Q′·R′",
        Reduction = "[k] of one sequence, largest first",
        Range = "[−∞, ∞)",
        Unit = "nats per timestep",
        HowToRead = "λ₁ > 0: chaos, gradients explode. λ₁ far below 0: they vanish. Near 0 they last longest.",
        Caption = "of one sequence, largest first",
        Scale = MetricScale.Diverging,
        Level = TelemetryLevel.Full,
        Kind = ColumnKind.Spectrum,
        Cost = CostClass.OnDemand,
    };

    /// <summary>The label of the random start.</summary>
    private const string StartPurpose = "lyapunov-start";

    /// <summary>Measures the k largest exponents.</summary>
    /// <param name="trajectory">One sequence through one layer.</param>
    /// <param name="count">Directions, k, in [1, S].</param>
    /// <param name="transient">Timesteps that turn the directions but are not counted, below T.</param>
    /// <param name="seed">Seed of the random start.</param>
    /// <returns>[k], largest first.</returns>
    public static double[] Measure(LayerTrajectory trajectory, int count, int transient = 0, ulong seed = 0)
    {
        int s = trajectory.StateSize;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, s);
        ArgumentOutOfRangeException.ThrowIfNegative(transient);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(transient, trajectory.SequenceLength);
        CellLinearisation cell = CellLinearisation.Of(trajectory);
        SplittableRandom random = new SplittableRandom(seed).Split(StartPurpose);
        double[] directions = new double[s * count];
        for (int i = 0; i < directions.Length; i++)
        {
            directions[i] = random.NextGaussian();
        }

        GramSchmidt(directions, s, count, null, random);
        double[] step = new double[s * s];
        double[] image = new double[s * count];
        double[] sums = new double[count];
        for (int t = 0; t < trajectory.SequenceLength; t++)
        {
            cell.StepJacobian(t, step);
            SquareProduct.Multiply(step, directions, s, count, image);
            GramSchmidt(image, s, count, t < transient ? null : sums, random);
            (directions, image) = (image, directions);
        }

        int timesteps = trajectory.SequenceLength - transient;
        return [.. sums.Select(sum => sum / timesteps).OrderDescending()];
    }

    // Modified Gram–Schmidt, twice per column: as stable as Householder's QR, and the diagonal is positive.
    private static void GramSchmidt(double[] columns, int s, int count, double[]? sums, SplittableRandom random)
    {
        for (int j = 0; j < count; j++)
        {
            double norm = Orthogonalise(columns, s, count, j);
            if (sums is not null)
            {
                sums[j] += Math.Log(norm);
            }

            if (norm == 0)
            {
                // A direction that is lost: any other that is orthogonal to the rest goes on in its place.
                for (int i = 0; i < s; i++)
                {
                    columns[(i * count) + j] = random.NextGaussian();
                }

                norm = Orthogonalise(columns, s, count, j);
            }

            for (int i = 0; i < s; i++)
            {
                columns[(i * count) + j] /= norm;
            }
        }
    }

    private static double Orthogonalise(double[] columns, int s, int count, int j)
    {
        for (int k = 0; k < 2 * j; k++)
        {
            double overlap = 0;
            for (int i = 0; i < s; i++)
            {
                overlap += columns[(i * count) + (k % j)] * columns[(i * count) + j];
            }

            for (int i = 0; i < s; i++)
            {
                columns[(i * count) + j] -= overlap * columns[(i * count) + (k % j)];
            }
        }

        double square = 0;
        for (int i = 0; i < s; i++)
        {
            square += columns[(i * count) + j] * columns[(i * count) + j];
        }

        return Math.Sqrt(square);
    }
}
