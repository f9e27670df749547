using System.Collections.Immutable;

namespace Backflow.Experiments.Studies;

/// <summary>Does independent pieces of work side by side, one thread each.</summary>
internal static class StudyWork
{
    /// <summary>Does all pieces, or those that are done when the study is ended.</summary>
    /// <param name="pieces">The work, in the order in which it is begun.</param>
    /// <param name="options">How many at once.</param>
    /// <param name="cost">What a piece costs, in any unit: the time left is estimated from it.</param>
    /// <param name="run">Does a piece; its result may not depend on other pieces. A long one says now and then which share of it
    /// is done.</param>
    /// <param name="describe">What is said when a piece is done.</param>
    /// <param name="progress">Told after every piece, and within long ones; never by two threads at once.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The results in the order of the pieces; fewer than pieces if it was ended.</returns>
    public static ImmutableArray<TResult> Run<TPiece, TResult>(
        ImmutableArray<TPiece> pieces,
        StudyOptions options,
        Func<TPiece, double> cost,
        Func<TPiece, Action<double, string>, CancellationToken, TResult> run,
        Func<TResult, string> describe,
        Action<StudyProgress> progress,
        CancellationToken cancellation)
        where TResult : class
    {
        TResult?[] results = new TResult?[pieces.Length];
        double total = pieces.Sum(cost);
        double[] shares = new double[pieces.Length];
        int begun = 0;
        Lock gate = new();
        void Report(int piece, double share, string text)
        {
            lock (gate)
            {
                shares[piece] = share;
                progress(new StudyProgress(pieces.Select((one, i) => shares[i] * cost(one)).Sum(), total, text));
            }
        }

        int threads = Math.Max(1, Math.Min(options.Threads, pieces.Length));
        void Work()
        {
            // Pieces are taken in order, so that an interrupted study has its first ones whole.
            for (int i = Interlocked.Increment(ref begun) - 1; i < pieces.Length; i = Interlocked.Increment(ref begun) - 1)
            {
                try
                {
                    cancellation.ThrowIfCancellationRequested();
                    int piece = i;
                    results[i] = run(pieces[i], (share, text) => Report(piece, share, text), cancellation);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    return;
                }

                Report(i, 1, describe(results[i]!));
            }
        }

        Task[] workers = [.. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WhenAll(workers).GetAwaiter().GetResult();
        return [.. results.OfType<TResult>()];
    }
}
