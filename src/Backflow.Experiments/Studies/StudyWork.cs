using System.Collections.Immutable;

namespace Backflow.Experiments.Studies;

/// <summary>Does independent pieces of work side by side, one thread each.</summary>
internal static class StudyWork
{
    /// <summary>Does all pieces, or those that are done when the study is ended.</summary>
    /// <param name="pieces">The work, in the order in which it is begun.</param>
    /// <param name="options">How many at once.</param>
    /// <param name="cost">What a piece costs at most, in any unit: the time left is estimated from it.</param>
    /// <param name="run">Does a piece; its result may not depend on other pieces. A long one says all along which share
    /// of it is done; what it has left when it ends early is then no longer counted as work.</param>
    /// <param name="describe">What is said when a piece is done.</param>
    /// <param name="progress">Told after every piece, and all along within long ones; never by two threads at
    /// once.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <param name="form">How finished pieces are kept in the options' parts; null where they are not.</param>
    /// <returns>The results in the order of the pieces; fewer than pieces if it was ended.</returns>
    public static ImmutableArray<TResult> Run<TPiece, TResult>(
        ImmutableArray<TPiece> pieces,
        StudyOptions options,
        Func<TPiece, double> cost,
        Func<TPiece, Action<double, string>, CancellationToken, TResult> run,
        Func<TResult, string> describe,
        Action<StudyProgress> progress,
        CancellationToken cancellation,
        PartForm<TPiece, TResult>? form = null)
        where TResult : class
    {
        StudyParts? parts = form is null ? null : options.Parts;
        TResult?[] results = parts?.Find(pieces, form!) ?? new TResult?[pieces.Length];
        Ledger ledger = new([.. pieces.Select((piece, i) => results[i] is null ? cost(piece) : 0)], progress);
        int begun = 0;

        int threads = Math.Max(1, Math.Min(options.Threads, pieces.Length));
        void Work()
        {
            // Pieces are taken in order, so that an interrupted study has its first ones whole.
            int i;
            while ((i = Interlocked.Increment(ref begun) - 1) < pieces.Length)
            {
                if (results[i] is not null)
                {
                    continue;
                }

                try
                {
                    cancellation.ThrowIfCancellationRequested();
                    int piece = i;
                    results[i] = run(pieces[i], (share, text) => ledger.Report(piece, share, text), cancellation);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    return;
                }

                parts?.Keep(pieces[i], results[i]!, form!);
                ledger.Close(i, describe(results[i]!));
            }
        }

        Task[] workers = [.. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WhenAll(workers).GetAwaiter().GetResult();
        return [.. results.OfType<TResult>()];
    }

    // What is done, and what there is to do. A network that solves its task or explodes at its first steps leaves the
    // rest of them undone: that was no work, and an estimate that took it for work done would be far too short.
    private sealed class Ledger(double[] costs, Action<StudyProgress> progress)
    {
        private const double LeastShare = 1e-9;

        private readonly Lock _gate = new();
        private readonly double[] _shares = new double[costs.Length];
        private double _done;
        private double _total = costs.Sum();

        public void Report(int piece, double share, string text)
        {
            lock (_gate)
            {
                Set(piece, share);
                progress(new StudyProgress(_done, _total, text));
            }
        }

        public void Close(int piece, string text)
        {
            lock (_gate)
            {
                if (_shares[piece] > 0)
                {
                    _total -= costs[piece] * (1 - _shares[piece]);
                }
                else
                {
                    Set(piece, 1);
                }

                progress(new StudyProgress(_done, _total, text));
            }
        }

        private void Set(int piece, double share)
        {
            double counted = Math.Max(share, LeastShare);
            _done += costs[piece] * (counted - _shares[piece]);
            _shares[piece] = counted;
        }
    }
}
