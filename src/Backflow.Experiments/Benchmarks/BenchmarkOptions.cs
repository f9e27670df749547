using Backflow.Training;

namespace Backflow.Experiments.Benchmarks;

/// <summary>How long and with how many threads to measure.</summary>
public sealed record BenchmarkOptions
{
    private const int MaximumThreads = 256;
    private const double MaximumSeconds = 3600;
    private const int MaximumRepeats = 1_000_000;

    /// <summary>Threads that share the work.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Seconds of measuring for each shape, beside its warm-up.</summary>
    public double Seconds { get; init; } = 1;

    /// <summary>Runs of each shape instead of <see cref="Seconds"/>; null for as many as fit.</summary>
    public int? Repeats { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ExperimentException">A value is outside its range.</exception>
    public void Validate()
    {
        if (Threads is < 1 or > MaximumThreads)
        {
            throw new ExperimentException($"--threads must be from 1 to {MaximumThreads}, got {Threads}.", "--threads 1");
        }

        if (!(Seconds > 0 && Seconds <= MaximumSeconds))
        {
            throw new ExperimentException(
                FormattableString.Invariant($"--seconds must be above 0 and at most {MaximumSeconds}, got {Seconds}."),
                "--seconds 1");
        }

        if (Repeats is < 1 or > MaximumRepeats)
        {
            throw new ExperimentException(
                $"--repeats must be from 1 to {MaximumRepeats}, got {Repeats}.", "--repeats 21");
        }
    }
}
