using System.Collections.Concurrent;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Computes spectra off the training thread, from a copy of the parameters.</summary>
/// <remarks>
/// There is one copy. While it is being worked on further requests are dropped and counted: training never waits, and
/// memory stays bounded. A request copies the parameters into memory of its own and allocates nothing.
/// A thread of its own still takes a core, or half of one, from training. The worker may therefore spend
/// <see cref="FreeTime"/> at once and <see cref="Share"/> of the time that passes; requests beyond that are dropped
/// too. Which steps have spectra is from then on a matter of the machine.
/// </remarks>
public sealed class SpectrumWorker : IDisposable
{
    /// <summary>The share of the time since the worker's start that it may compute.</summary>
    public const double Share = 0.02;

    private readonly RecurrentNetwork _network;
    private readonly TimeProvider _clock;
    private readonly long _started;
    private readonly float[] _snapshot;
    private readonly ConcurrentQueue<SpectrumMeasurement> _finished = new();
    private readonly SemaphoreSlim _requested = new(0);
    private readonly Thread _thread;
    private volatile bool _isBusy;
    private volatile bool _isStopping;
    private TimeSpan _spent;
    private long _step;
    private long _dropped;

    /// <summary>Starts the worker.</summary>
    /// <param name="network">The network whose recurrent weights are looked at.</param>
    /// <param name="clock">What the time spent is measured with.</param>
    public SpectrumWorker(RecurrentNetwork network, TimeProvider clock)
    {
        _network = network;
        _clock = clock;
        _started = clock.GetTimestamp();
        _snapshot = new float[network.Layout.Length];
        _thread = new Thread(Work)
        {
            IsBackground = true,
            Name = "backflow-spectrum",
            Priority = ThreadPriority.BelowNormal,
        };
        _thread.Start();
    }

    /// <summary>What the worker may compute before <see cref="Share"/> binds it.</summary>
    public static TimeSpan FreeTime { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Requests that came while the worker was busy, or had to rest.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Whether a request is being worked on.</summary>
    public bool IsBusy => _isBusy;

    /// <summary>Asks for the spectra of the parameters as they are now.</summary>
    /// <param name="step">The step that they belong to.</param>
    /// <returns>False where the worker is busy or has to rest, and the request was dropped.</returns>
    public bool TryRequest(long step)
    {
        // The time spent is not written while the worker is idle.
        if (_isBusy || _spent > FreeTime + (Share * _clock.GetElapsedTime(_started)))
        {
            Interlocked.Increment(ref _dropped);
            return false;
        }

        _network.Parameters.Span.CopyTo(_snapshot);
        _step = step;
        _isBusy = true;
        _requested.Release();
        return true;
    }

    /// <summary>Takes the next finished spectrum.</summary>
    /// <param name="measurement">One gate of one layer; layers and gates of a step come in order.</param>
    /// <returns>False where none is finished.</returns>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SpectrumMeasurement? measurement) =>
        _finished.TryDequeue(out measurement);

    /// <summary>Finishes the request under way and ends the thread.</summary>
    public void Dispose()
    {
        if (_isStopping)
        {
            return;
        }

        _isStopping = true;
        _requested.Release();
        _thread.Join();
        _requested.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            _requested.Wait();
            if (_isBusy)
            {
                long started = _clock.GetTimestamp();
                Compute();
                _spent += _clock.GetElapsedTime(started);
                _isBusy = false;
            }

            if (_isStopping)
            {
                return;
            }
        }
    }

    private void Compute()
    {
        for (int layer = 0; layer < _network.Layers.Length; layer++)
        {
            Parameter recurrent = _network.Layers[layer].RecurrentWeights;
            int h = recurrent.Shape[1];
            float[] values = new float[recurrent.Count];
            recurrent.Export(_snapshot, values);
            double[] wide = Array.ConvertAll(values, static value => (double)value);
            for (int gate = 0; gate < recurrent.Shape[0] / h; gate++)
            {
                SpectrumResult result = Spectrum.Compute(wide.AsSpan(gate * h * h, h * h), h);
                _finished.Enqueue(new SpectrumMeasurement(_step, layer, gate, result));
            }
        }
    }
}
