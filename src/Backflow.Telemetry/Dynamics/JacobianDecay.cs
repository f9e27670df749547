using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>The largest and the smallest singular value of ∂h_T/∂hₜ, by the lag T − t.</summary>
/// <remarks>
/// Formula: σ(J_T·J_{T−1}·…·J_{t+1}) (Pascanu, Mikolov &amp; Bengio 2013, eq. 5); for the LSTM of (h, c). In double.
/// Unit: none. Range [0, ∞); 1 and 1 at lag 0. Cost: O(S³) per timestep, and a singular value decomposition per lag.
/// How to read it: a gradient of norm 1 at the end has a norm between both numbers, that many timesteps earlier.
/// </remarks>
public static class JacobianDecay
{
    /// <summary>2⁻⁵², from 1 to the next double.</summary>
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>Two lags per octave: 0, 1, 2, 3, 4, 6, 8, 12 … and the largest one.</summary>
    /// <param name="sequenceLength">Timesteps, T, at least 1.</param>
    /// <returns>Ascending lags in [0, T − 1].</returns>
    public static ImmutableArray<int> Lags(int sequenceLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sequenceLength);
        SortedSet<int> lags = [0, sequenceLength - 1];
        for (int lag = 1; lag < sequenceLength; lag *= 2)
        {
            lags.Add(lag);
            lags.Add(Math.Min(lag + (lag / 2), sequenceLength - 1));
        }

        return [.. lags];
    }

    /// <summary>Measures one sequence at the lags of <see cref="Lags"/>.</summary>
    /// <param name="trajectory">One sequence through one layer.</param>
    /// <param name="cancellation">Ends the measurement early.</param>
    /// <returns>One entry per lag, ascending.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="NotMeasuredException">The cell has no formulas.</exception>
    public static ImmutableArray<JacobianLag> Measure(
        LayerTrajectory trajectory, CancellationToken cancellation = default)
    {
        int s = trajectory.StateSize;
        CellLinearisation cell = CellLinearisation.Of(trajectory);
        double[] step = new double[s * s];
        double[] product = new double[s * s];
        double[] next = new double[s * s];
        for (int i = 0; i < s; i++)
        {
            product[(i * s) + i] = 1;
        }

        ImmutableArray<JacobianLag>.Builder measured = ImmutableArray.CreateBuilder<JacobianLag>();
        int lag = 0;
        foreach (int wanted in Lags(trajectory.SequenceLength))
        {
            for (; lag < wanted; lag++)
            {
                cancellation.ThrowIfCancellationRequested();
                cell.StepJacobian(trajectory.SequenceLength - 1 - lag, step);
                SquareProduct.Multiply(product, step, s, s, next);
                (product, next) = (next, product);
            }

            measured.Add(At(wanted, SquareProduct.SingularValues(product, s)));
        }

        return measured.ToImmutable();
    }

    // A product of n factors has rounding errors of about n·S·ε of its norm: what is smaller is not the product's own.
    private static JacobianLag At(int lag, double[] values)
    {
        double rounding = (lag + 1) * values.Length * Epsilon;
        double smallest = values[^1];
        return new JacobianLag(lag, values[0], smallest > rounding * values[0] ? smallest : null);
    }
}

/// <summary>How much of a gradient is left after some timesteps.</summary>
/// <param name="Lag">Timesteps, T − t.</param>
/// <param name="Largest">σ₁ of ∂h_T/∂hₜ: what the best placed gradient keeps.</param>
/// <param name="Smallest">The smallest singular value; null where it is lost in the rounding of a double.</param>
public sealed record JacobianLag(int Lag, double Largest, double? Smallest);
