using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Lyapunov exponents over several sequences, with the uncertainty of their means.</summary>
/// <remarks>
/// The exponents of every sequence (<see cref="LyapunovExponents"/>), averaged by rank; the standard error is the
/// deviation between sequences ÷ √sequences. The first quarter of each sequence turns the directions and is not
/// counted. Unit: nats per timestep.
/// </remarks>
/// <param name="Exponents">[k], largest first.</param>
/// <param name="StandardErrors">[k], of each; NaN for a single sequence and for an exponent of −∞.</param>
/// <param name="Timesteps">Timesteps that were counted, over all sequences.</param>
/// <param name="Sequences">Sequences that were averaged.</param>
public sealed record LyapunovSpectrum(
    ImmutableArray<double> Exponents, ImmutableArray<double> StandardErrors, int Timesteps, int Sequences)
{
    private const int TransientShare = 4;

    /// <summary>Measures the k largest exponents.</summary>
    /// <param name="trajectories">Sequences of the same length through the same layer, at least one.</param>
    /// <param name="count">Directions, k, in [1, S].</param>
    /// <param name="cancellation">Ends the measurement early, between two sequences.</param>
    /// <returns>Means and their uncertainty.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="NotMeasuredException">The cell has no formulas.</exception>
    public static LyapunovSpectrum Measure(
        IReadOnlyList<LayerTrajectory> trajectories, int count, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(trajectories.Count, nameof(trajectories));
        int transient = trajectories[0].SequenceLength / TransientShare;
        double[][] each = new double[trajectories.Count][];
        for (int i = 0; i < each.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            each[i] = LyapunovExponents.Measure(trajectories[i], count, transient, (ulong)i);
        }

        ImmutableArray<double> means =
            [.. Enumerable.Range(0, count).Select(rank => each.Average(exponents => exponents[rank]))];
        return new LyapunovSpectrum(
            means,
            [.. means.Select((mean, rank) => StandardError(each, rank, mean))],
            each.Length * (trajectories[0].SequenceLength - transient),
            each.Length);
    }

    private static double StandardError(double[][] each, int rank, double mean)
    {
        double squares = each.Sum(exponents => Math.Pow(exponents[rank] - mean, 2));
        return double.IsFinite(mean) && each.Length > 1
            ? Math.Sqrt(squares / (each.Length - 1) / each.Length)
            : double.NaN;
    }
}
