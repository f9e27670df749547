namespace Backflow.Dashboard.Live;

/// <summary>
/// Looks at the store in an interval while anyone listens, and tells all listeners what one look found.
/// </summary>
/// <remarks>
/// Looking takes processor time from training, which may have no other core: a look that took long is followed by a
/// pause of <see cref="PausePerLook"/> times as long, so that looking costs at most 1 %, up to
/// <see cref="LongestPause"/>.
/// </remarks>
/// <param name="open">Opens the source when the first one begins to listen.</param>
/// <param name="interval">The shortest time between two looks.</param>
/// <param name="clock">What tells the time.</param>
internal sealed class Feed(Func<IFeedSource> open, TimeSpan interval, TimeProvider clock) : IDisposable
{
    private const int PausePerLook = 100;

    /// <summary>Less than the second within which a page shows what was recorded.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(750);

    private readonly Lock _lock = new();
    private readonly List<Listener> _listeners = [];
    private readonly CancellationTokenSource _stopping = new();
    private IFeedSource? _source;

    /// <summary>How many listen.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _listeners.Count;
            }
        }
    }

    /// <summary>Begins to tell a listener.</summary>
    public void Add(Listener listener)
    {
        lock (_lock)
        {
            if (_source is null)
            {
                _source = open();
                // Whatever comes of this listener, the look goes on, and closes the source when the last one has gone.
                CancellationToken stopping = _stopping.Token;
                _ = Task.Run(() => Look(stopping), CancellationToken.None);
            }

            FeedMessage first = _source.First();
            listener.Offer(first);
            if (!first.IsLast)
            {
                _listeners.Add(listener);
            }
        }
    }

    /// <summary>Ends to tell a listener.</summary>
    public void Remove(Listener listener)
    {
        lock (_lock)
        {
            _listeners.Remove(listener);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _stopping.Cancel();
            foreach (Listener listener in _listeners)
            {
                listener.Close();
            }

            _listeners.Clear();
            Close();
            _stopping.Dispose();
        }
    }

    private async Task Look(CancellationToken stopping)
    {
        TimeSpan pause = interval;
        while (await Pause(pause, stopping).ConfigureAwait(false))
        {
            long begin = clock.GetTimestamp();
            lock (_lock)
            {
                if (_listeners.Count == 0 || stopping.IsCancellationRequested)
                {
                    Close();
                    return;
                }

                Tell();
            }

            pause = PauseAfter(clock.GetElapsedTime(begin));
        }
    }

    private TimeSpan PauseAfter(TimeSpan look)
    {
        TimeSpan wanted = look * PausePerLook;
        TimeSpan longest = interval > LongestPause ? interval : LongestPause;
        return wanted < interval ? interval : wanted > longest ? longest : wanted;
    }

    private void Tell()
    {
        FeedMessage? message;
        try
        {
            message = _source!.Next();
        }
#pragma warning disable CA1031 // A look that fails (a locked file, a full disk) ends the streams; the pages come back.
        catch (Exception)
#pragma warning restore CA1031
        {
            _listeners.ForEach(static listener => listener.Close());
            _listeners.Clear();
            return;
        }

        if (message is not null)
        {
            _listeners.RemoveAll(listener => !listener.Offer(message) || message.IsLast);
        }
    }

    private async Task<bool> Pause(TimeSpan pause, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(pause, clock, stopping).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Close()
    {
        _source?.Dispose();
        _source = null;
    }
}
