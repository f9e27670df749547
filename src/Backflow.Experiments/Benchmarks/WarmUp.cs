namespace Backflow.Experiments.Benchmarks;

/// <summary>Runs a workload until its times no longer fall.</summary>
/// <remarks>
/// .NET compiles a method quickly first and well later, on a thread of its own: vector code of the first kind is ten
/// times slower, and on one busy core the second kind can be seconds away. Windows of runs are therefore compared
/// until neighbours agree four times in a row.
/// </remarks>
/// <param name="clock">What times it.</param>
/// <param name="cancellation">Ends it early.</param>
internal sealed class WarmUp(TimeProvider clock, CancellationToken cancellation)
{
    /// <summary>A window: longer than the 100 ms for which the runtime waits before it compiles again.</summary>
    private const double WindowSeconds = 0.15;

    private const int RunsPerWindow = 3;

    /// <summary>Medians that differ by less are the same.</summary>
    private const double Tolerance = 0.03;

    private const int AgreementsNeeded = 4;

    /// <summary>A machine that never becomes stable is measured as it is.</summary>
    private const double LongestSeconds = 5;

    /// <summary>Runs until times are stable.</summary>
    /// <param name="run">One run, which returns its seconds.</param>
    /// <returns>The median of the last window.</returns>
    public double Run(Func<double> run)
    {
        long begin = clock.GetTimestamp();
        double last = Window(run);
        int agreements = 0;
        while (agreements < AgreementsNeeded && clock.GetElapsedTime(begin).TotalSeconds < LongestSeconds)
        {
            double next = Window(run);
            agreements = Math.Abs(next - last) <= Tolerance * last ? agreements + 1 : 0;
            last = next;
        }

        return last;
    }

    private double Window(Func<double> run)
    {
        Samples samples = new();
        long begin = clock.GetTimestamp();
        while (samples.Count < RunsPerWindow || clock.GetElapsedTime(begin).TotalSeconds < WindowSeconds)
        {
            cancellation.ThrowIfCancellationRequested();
            samples.Add(run());
        }

        return samples.Median;
    }
}
