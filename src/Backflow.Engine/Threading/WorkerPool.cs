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
/// starved by waiting threads. A phase ends when its items are done, whether or not every worker has woken: where a
/// neighbour keeps a core busy, the calling thread does the items that no worker took.
/// </remarks>
public sealed class WorkerPool : IDisposable
{
    private const int SpinsBeforeParking = 200;

    /// <summary>No phase has as many items.</summary>
    private const int Closed = int.MaxValue;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _wake;
    private readonly SemaphoreSlim _finished = new(0);
    private readonly CountdownEvent _probed;
    private int _flushingWorkers;
    private IWorkItems? _work;
    private int _count;
    private int _unfinished;
    private int _isParked;
    private long _ticket;
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
        _probed = new CountdownEvent(threads - 1);
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

    /// <summary>Phases run so far: how often all threads have met. A pass over whole sequences has three.</summary>
    public long Phases { get; private set; }

    /// <summary>How many of the threads, the calling one included, have zeros in place of subnormal numbers.</summary>
    /// <returns>0 where all compute with them; waits for workers that are still starting.</returns>
    public int CountFlushingThreads()
    {
        _probed.Wait();
        return _flushingWorkers + (SubnormalNumbers.AreFlushedHere() ? 1 : 0);
    }

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

        _finished.Dispose();
        _probed.Dispose();
    }

    /// <summary>Runs all items and returns when the last is done. Only one thread may call this at a time.</summary>
    internal void Run(IWorkItems work, int count)
    {
        Phases++;
        if (_threads.Length == 0 || count <= 1)
        {
            for (int item = 0; item < count; item++)
            {
                work.Execute(item);
            }

            return;
        }

        // Closed while it changes: a worker that wakes late must not take an item of half a phase.
        int generation = _generation + 1;
        Volatile.Write(ref _ticket, Ticket(generation, Closed));
        _work = work;
        _count = count;
        _failure = null;
        Volatile.Write(ref _unfinished, count);
        Volatile.Write(ref _ticket, Ticket(generation, 0));
        Interlocked.Exchange(ref _generation, generation);
        foreach (SemaphoreSlim wake in _wake)
        {
            wake.Release();
        }

        ExecuteItems();
        WaitForWorkers();
        _failure?.Throw();
    }

    // Spins for a while, then parks: a worker that shares its core with a neighbour can then move to this one.
    private void WaitForWorkers()
    {
        for (int spins = 0; spins < SpinsBeforeParking; spins++)
        {
            if (Volatile.Read(ref _unfinished) == 0)
            {
                return;
            }

            Thread.SpinWait(8);
        }

        Interlocked.Exchange(ref _isParked, 1);
        if (Volatile.Read(ref _unfinished) > 0 || Interlocked.Exchange(ref _isParked, 0) == 0)
        {
            _finished.Wait();
        }
    }

    private void Serve(int worker)
    {
        Interlocked.Add(ref _flushingWorkers, SubnormalNumbers.AreFlushedHere() ? 1 : 0);
        _probed.Signal();
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
        }
    }

    // A phase and its next item in one number, so that both are taken together.
    private static long Ticket(int generation, int item) => ((long)generation << 32) | (uint)item;

    private void ExecuteItems()
    {
        for (long ticket = Volatile.Read(ref _ticket);
            (int)ticket < Volatile.Read(ref _count);
            ticket = Volatile.Read(ref _ticket))
        {
            // An item that is taken keeps its phase from ending, so work and count are this phase's from here on.
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) == ticket)
            {
                Execute((int)ticket);
            }
        }
    }

    private void Execute(int item)
    {
        try
        {
            _work!.Execute(item);
        }
#pragma warning disable CA1031 // Whatever a worker throws belongs to the caller of Run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }

        if (Interlocked.Decrement(ref _unfinished) == 0 && Interlocked.Exchange(ref _isParked, 0) == 1)
        {
            _finished.Release();
        }
    }
}
