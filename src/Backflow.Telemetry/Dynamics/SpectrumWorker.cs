using System.Collections.Concurrent;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Computes spectra off the training thread, from a copy of the parameters.</summary>
/// <remarks>
/// Requests wait for each other, as many as <see cref="MostWaiting"/> or as 16 MiB of parameters hold: the steps of a
/// short training are done before its first spectrum is. Further ones are dropped and counted: training never waits,
/// and memory stays bounded. A request copies the parameters into memory of its own and allocates nothing.
/// A thread of its own still takes a core, or half of one, from training. The worker may therefore spend
/// <see cref="FreeTime"/> at once and <see cref="Share"/> of the time that passes; requests beyond that are dropped
/// too. Which steps have spectra is from then on a matter of the machine. The first spectrum is not counted: it holds
/// the compilation of what computes it.
/// </remarks>
public sealed class SpectrumWorker : IDisposable
{
    /// <summary>The share of the time since the worker's start that it may compute.</summary>
    public const double Share = 0.02;

    private const long MostMemory = 16 << 20;

    private readonly RecurrentNetwork _network;
    private readonly TimeProvider _clock;
    private readonly long _started;
    private readonly ConcurrentQueue<Request> _free = new();
    private readonly ConcurrentQueue<Request> _waiting = new();
    private readonly ConcurrentQueue<SpectrumMeasurement> _finished = new();
    private readonly SemaphoreSlim _requested = new(0);

    // Null where there are no threads, as in a browser: a request is then computed when it is made.
    private readonly Thread? _thread;
    private volatile bool _isStopping;
    private volatile int _asked;
    private bool _hasServed;
    private long _spentTicks;
    private long _dropped;

    /// <summary>Starts the worker.</summary>
    /// <param name="network">The network whose recurrent weights are looked at.</param>
    /// <param name="clock">What the time spent is measured with.</param>
    public SpectrumWorker(RecurrentNetwork network, TimeProvider clock)
    {
        _network = network;
        _clock = clock;
        _started = clock.GetTimestamp();
        int length = network.Layout.Length;
        for (int i = 0; i < CopiesOf(length); i++)
        {
            _free.Enqueue(new Request(new float[length]));
        }

        if (OperatingSystem.IsBrowser())
        {
            return;
        }

        _thread = new Thread(Work)
        {
            IsBackground = true,
            Name = "backflow-spectrum",
            Priority = ThreadPriority.BelowNormal,
        };
        _thread.Start();
    }

    /// <summary>The most requests that are taken before the first of them is done.</summary>
    public const int MostWaiting = 20;

    /// <summary>What the worker may compute before <see cref="Share"/> binds it.</summary>
    public static TimeSpan FreeTime { get; } = TimeSpan.FromSeconds(3);

    /// <summary>How many requests of a network are taken before the first of them is done.</summary>
    /// <param name="parameters">Trainable numbers of the network.</param>
    internal static int CopiesOf(int parameters) =>
        (int)Math.Clamp(MostMemory / (sizeof(float) * (long)parameters), 1, MostWaiting);

    /// <summary>Requests that came while too many waited, or the worker had to rest.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Whether a request waits or is being worked on.</summary>
    public bool IsBusy => _asked > 0;

    /// <summary>Asks for the spectra of the parameters as they are now.</summary>
    /// <param name="step">The step that they belong to.</param>
    /// <returns>False where too many wait or the worker has to rest, and the request was dropped.</returns>
    public bool TryRequest(long step)
    {
        TimeSpan spent = TimeSpan.FromTicks(Interlocked.Read(ref _spentTicks));
        if (spent > FreeTime + (Share * _clock.GetElapsedTime(_started)) || !_free.TryDequeue(out Request? request))
        {
            Interlocked.Increment(ref _dropped);
            return false;
        }

        _network.Parameters.Span.CopyTo(request.Snapshot);
        request.Step = step;
        Interlocked.Increment(ref _asked);
        if (_thread is null)
        {
            Serve(request);
        }
        else
        {
            _waiting.Enqueue(request);
            _requested.Release();
        }

        return true;
    }

    /// <summary>Takes the next finished spectrum.</summary>
    /// <param name="measurement">One gate of one layer; layers and gates of a step come in order.</param>
    /// <returns>False where none is finished.</returns>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SpectrumMeasurement? measurement) =>
        _finished.TryDequeue(out measurement);

    /// <summary>Finishes the requests that wait and ends the thread.</summary>
    public void Dispose()
    {
        if (_isStopping)
        {
            return;
        }

        _isStopping = true;
        _requested.Release();
        _thread?.Join();
        _requested.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            _requested.Wait();
            if (!_waiting.TryDequeue(out Request? request))
            {
                // Woken by the end: each request has a signal of its own.
                return;
            }

            Serve(request);
        }
    }

    private void Serve(Request request)
    {
        long started = _clock.GetTimestamp();
        Compute(request);
        long ticks = _clock.GetElapsedTime(started).Ticks;
        Interlocked.Add(ref _spentTicks, _hasServed ? ticks : 0);
        _hasServed = true;
        _free.Enqueue(request);
        Interlocked.Decrement(ref _asked);
    }

    private void Compute(Request request)
    {
        for (int layer = 0; layer < _network.Layers.Length; layer++)
        {
            Parameter recurrent = _network.Layers[layer].RecurrentWeights;
            int h = recurrent.Shape[1];
            float[] values = new float[recurrent.Count];
            recurrent.Export(request.Snapshot, values);
            double[] wide = Array.ConvertAll(values, static value => (double)value);
            for (int gate = 0; gate < recurrent.Shape[0] / h; gate++)
            {
                SpectrumResult result = Spectrum.Compute(wide.AsSpan(gate * h * h, h * h), h);
                _finished.Enqueue(new SpectrumMeasurement(request.Step, layer, gate, result));
            }
        }
    }

    private sealed class Request(float[] snapshot)
    {
        public float[] Snapshot => snapshot;

        public long Step { get; set; }
    }
}
