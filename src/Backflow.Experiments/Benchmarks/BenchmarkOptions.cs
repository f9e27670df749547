using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Benchmarks;

/// <summary>How long and with how many threads to measure.</summary>
public sealed record BenchmarkOptions
{
    /// <summary>The most threads.</summary>
    public const int MaximumThreads = 256;

    /// <summary>The longest time for a shape.</summary>
    public const double MaximumSeconds = 3600;

    /// <summary>The most runs of a shape.</summary>
    public const int MaximumRepeats = 1_000_000;

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
            throw new ExperimentException(
                $"{nameof(Threads):setting} must be from 1 to {MaximumThreads}, got {Threads}.",
                new Setting(nameof(Threads), "1"));
        }

        if (!(Seconds > 0 && Seconds <= MaximumSeconds))
        {
            throw new ExperimentException(
                $"{nameof(Seconds):setting} must be above 0 and at most {MaximumSeconds}, got {Seconds}.",
                new Setting(nameof(Seconds), "1"));
        }

        if (Repeats is < 1 or > MaximumRepeats)
        {
            throw new ExperimentException(
                $"{nameof(Repeats):setting} must be from 1 to {MaximumRepeats}, got {Repeats}.",
                new Setting(nameof(Repeats), "21"));
        }
    }
}
