namespace Backflow.Tests;

/// <summary>
/// Counts what an action allocates, undisturbed by what the runtime and the test runner do beside it.
/// </summary>
internal static class Allocations
{
    private const int Attempts = 60;

    /// <summary>
    /// The fewest bytes that any of several calls allocates on this thread. An action that allocates does so in every
    /// call; the runtime, which may replace a method or load a type in one, does not.
    /// </summary>
    /// <param name="action">What is measured. Run it once before, so that it is past its first call.</param>
    /// <returns>Bytes; zero ends the attempts.</returns>
    public static long Least(Action action) => Least(GC.GetAllocatedBytesForCurrentThread, action);

    /// <summary>The least that a call allocates, by a count of one's own.</summary>
    /// <param name="allocated">Bytes that were allocated so far, which allocates nothing.</param>
    /// <param name="action">What is measured.</param>
    /// <returns>Bytes; zero ends the attempts.</returns>
    public static long Least(Func<long> allocated, Action action)
    {
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            // A busy runner is given a moment.
            Thread.Sleep(attempt);
            long before = allocated();
            action();
            least = Math.Min(least, allocated() - before);
        }

        return least;
    }
}
