using System.Runtime.ExceptionServices;

namespace Backflow.Engine;

/// <summary>Work that is cut into numbered items.</summary>
internal interface IWorkItems
{
    /// <summary>Does one item. Items may run at the same time and in any order.</summary>
    void Execute(int item);
}

/// <summary>Threads that stay for the life of a training run and pick up numbered items of work.</summary>
/// <remarks>
/// One fork and one join per phase of a training step; nothing inside a sequence waits. An idle worker spins for some
/// twenty microseconds, which bridges the gap between two phases, and then parks, so that a busy neighbour is not
/// starved by waiting threads.
/// </remarks>
public sealed class WorkerPool : IDisposable
{
    private const int SpinsBeforeParking = 200;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _wake;
    private IWorkItems? _work;
    private int _count;
    private int _next;
    private int _pending;
    private int _generation;
    private volatile bool _isStopping;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Starts the workers.</summary>
    /// <param name="threads">Threads that take part in a phase, the calling one included; at least 1.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        Threads = threads;
        _threads = new Thread[threads - 1];
        _wake = new SemaphoreSlim[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i;
            _wake[i] = new SemaphoreSlim(0);
            _threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"Backflow worker {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>Threads that take part in a phase, the calling one included.</summary>
    public int Threads { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isStopping)
        {
            return;
        }

        _isStopping = true;
        Interlocked.Increment(ref _generation);
        foreach (SemaphoreSlim wake in _wake)
        {
            wake.Release();
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        foreach (SemaphoreSlim wake in _wake)
        {
            wake.Dispose();
        }
    }

    /// <summary>Runs all items and returns when the last is done. Only one thread may call this at a time.</summary>
    internal void Run(IWorkItems work, int count)
    {
        if (_threads.Length == 0 || count <= 1)
        {
            for (int item = 0; item < count; item++)
            {
                work.Execute(item);
            }

            return;
        }

        _work = work;
        _count = count;
        _failure = null;
        Volatile.Write(ref _next, 0);
        Volatile.Write(ref _pending, _threads.Length);
        Interlocked.Increment(ref _generation);
        foreach (SemaphoreSlim wake in _wake)
        {
            wake.Release();
        }

        ExecuteItems();
        SpinWait spin = default;
        while (Volatile.Read(ref _pending) > 0)
        {
            spin.SpinOnce();
        }

        _work = null;
        _failure?.Throw();
    }

    private void Serve(int worker)
    {
        int seen = 0;
        while (true)
        {
            for (int spins = 0; spins < SpinsBeforeParking && Volatile.Read(ref _generation) == seen; spins++)
            {
                Thread.SpinWait(8);
            }

            _wake[worker].Wait();
            seen = Volatile.Read(ref _generation);
            if (_isStopping)
            {
                return;
            }

            ExecuteItems();
            Interlocked.Decrement(ref _pending);
        }
    }

    private void ExecuteItems()
    {
        try
        {
            IWorkItems work = _work!;
            for (int item = Interlocked.Increment(ref _next) - 1;
                item < _count;
                item = Interlocked.Increment(ref _next) - 1)
            {
                work.Execute(item);
            }
        }
#pragma warning disable CA1031 // Whatever a worker throws belongs to the caller of Run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }
}
