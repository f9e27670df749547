using System.Collections.Immutable;
using System.Runtime.ExceptionServices;

namespace Backflow.Experiments.Sweeps;

/// <summary>Trains members in this process, one thread each.</summary>
/// <param name="parallel">How many at once.</param>
public sealed class LocalEngine(int parallel) : IMemberEngine
{
    /// <inheritdoc/>
    public void Train(
        MemberTraining training,
        ImmutableArray<SweepMember> members,
        int rung,
        IMemberObserver observer,
        CancellationToken cancellation)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ExceptionDispatchInfo? failure = null;
        int begun = 0;
        void Work()
        {
            int i;
            while (!end.IsCancellationRequested
                && (i = Interlocked.Increment(ref begun) - 1) < members.Length)
            {
                try
                {
                    training.Train(members[i], rung, observer, end.Token);
                }
#pragma warning disable CA1031 // It belongs to the caller, when the others have saved their checkpoints.
                catch (Exception thrown)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(thrown), null);
                    end.Cancel();
                }
            }
        }

        Task[] workers =
        [
            .. Enumerable.Range(0, Math.Min(parallel, members.Length)).Select(_ => Task.Factory.StartNew(
                Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        Task.WaitAll(workers, CancellationToken.None);
        failure?.Throw();
    }
}
