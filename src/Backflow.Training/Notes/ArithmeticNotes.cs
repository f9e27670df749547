using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Training.Notes;

/// <summary>How the threads of a run compute.</summary>
public static class ArithmeticNotes
{
    /// <summary>What the threads of a pool do with subnormal numbers.</summary>
    /// <param name="pool">The threads; they are asked.</param>
    /// <returns>A sentence.</returns>
    public static string Describe(WorkerPool pool) => Describe(pool.CountFlushingThreads(), pool.Threads);

    /// <summary>What threads do of which some have zeros in place of subnormal numbers.</summary>
    internal static string Describe(int flushing, int threads) => flushing == 0
        ? "Numbers below 1.2e-38 are kept by every thread."
        : $"Numbers below 1.2e-38 are flushed to 0 by {NumberText.Count(flushing)} of {NumberText.Count(threads)} "
            + "threads, since other code in this process set the processor so: bits differ from those of other "
            + "processes, and "
            + "vanishing gradients end earlier.";

    /// <summary>The note of a run; shown only where a thread flushes.</summary>
    internal static RunNote Of(WorkerPool pool)
    {
        int flushing = pool.CountFlushingThreads();
        return new RunNote("Arithmetic", Describe(flushing, pool.Threads), IsShown: flushing > 0);
    }
}
