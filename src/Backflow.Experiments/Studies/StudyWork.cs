using System.Collections.Immutable;

namespace Backflow.Experiments.Studies;

/// <summary>Does independent pieces of work side by side, one thread each.</summary>
internal static class StudyWork
{
    /// <summary>Does all pieces, or those that are done when the study is ended.</summary>
    /// <param name="pieces">The work, in the order in which it is begun.</param>
    /// <param name="options">How many at once.</param>
    /// <param name="cost">What a piece costs, in any unit: the time left is estimated from it.</param>
    /// <param name="run">Does a piece; its result may not depend on other pieces.</param>
    /// <param name="describe">What is said when a piece is done.</param>
    /// <param name="progress">Told after every piece.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The results in the order of the pieces; fewer than pieces if it was ended.</returns>
    public static ImmutableArray<TResult> Run<TPiece, TResult>(
        ImmutableArray<TPiece> pieces,
        StudyOptions options,
        Func<TPiece, double> cost,
        Func<TPiece, CancellationToken, TResult> run,
        Func<TResult, string> describe,
        Action<StudyProgress> progress,
        CancellationToken cancellation)
        where TResult : class
    {
        TResult?[] results = new TResult?[pieces.Length];
        double total = pieces.Sum(cost);
        double done = 0;
        int begun = 0;
        Lock gate = new();
        int threads = Math.Max(1, Math.Min(options.Threads, pieces.Length));
        void Work()
        {
            // Pieces are taken in order, so that an interrupted study has its first ones whole.
            for (int i = Interlocked.Increment(ref begun) - 1; i < pieces.Length; i = Interlocked.Increment(ref begun) - 1)
            {
                try
                {
                    cancellation.ThrowIfCancellationRequested();
                    results[i] = run(pieces[i], cancellation);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    return;
                }

                lock (gate)
                {
                    done += cost(pieces[i]);
                    progress(new StudyProgress(done, total, describe(results[i]!)));
                }
            }
        }

        Task[] workers = [.. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WhenAll(workers).GetAwaiter().GetResult();
        return [.. results.OfType<TResult>()];
    }
}
