using Backflow.Dashboard.Api;
using Backflow.Dashboard.Security;
using Backflow.Runs;
using Backflow.Training;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backflow.Dashboard.Live;

/// <summary>Streams of server-sent events: one look at the store for all pages that show the same run.</summary>
/// <param name="store">The store whose runs are watched.</param>
/// <param name="clock">What tells the time.</param>
/// <param name="commands">Who writes commands; null where remedies are settings alone.</param>
internal sealed class LiveStreams(RunStore store, TimeProvider clock, ICommandWriter? commands) : IDisposable
{
    /// <summary>The most streams at once.</summary>
    public const int Most = 64;

    /// <summary>The most streams of one visitor, so that one of them cannot take all.</summary>
    public const int MostOfOne = 16;

    private const string EventStream = "text/event-stream";

    private static readonly TimeSpan RunInterval = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan ListInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Feed> _runs = [];
    private readonly Feed _list = new(() => new RunListFeedSource(store), ListInterval, clock);
    private readonly Dictionary<string, int> _visitors = [];
    private int _count;
    private bool _isDisposed;

    /// <summary>Open streams.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/live", context => Serve(context, () => _list));
        routes.MapGet("/api/runs/{id}/live", context =>
        {
            string id = context.RunId();
            _ = store.GetRun(id);
            return Serve(context, () => FeedOf(id));
        });
    }

    /// <summary>Ends every stream.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _list.Dispose();
            foreach (Feed feed in _runs.Values)
            {
                feed.Dispose();
            }

            _runs.Clear();
        }
    }

    private Feed FeedOf(string id)
    {
        if (!_runs.TryGetValue(id, out Feed? feed))
        {
            feed = new Feed(() => new RunFeedSource(store, id, commands), RunInterval, clock);
            _runs.Add(id, feed);
        }

        return feed;
    }

    private async Task Serve(HttpContext context, Func<Feed> find)
    {
        if (HeadRequests.IsHead(context))
        {
            context.Response.ContentType = EventStream;
            return;
        }

        string visitor = Visitor.Of(context).Name;
        if (Interlocked.Increment(ref _count) > Most)
        {
            Interlocked.Decrement(ref _count);
            throw new ApiException(
                StatusCodes.Status503ServiceUnavailable,
                $"{Most} pages are being kept up to date already.",
                "Close some of them.");
        }

        Listener listener = new(context.Abort);
        Feed? feed = null;
        bool isCounted = false;
        try
        {
            lock (_lock)
            {
                if (_isDisposed)
                {
                    throw new ApiException(
                        StatusCodes.Status503ServiceUnavailable, "The server is ending.", "Start it again.");
                }

                Admit(visitor);
                isCounted = true;
                feed = find();
                feed.Add(listener);
            }

            await Write(context, listener).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
            Leave(feed, listener, isCounted ? visitor : null);
        }
    }

    private void Admit(string visitor)
    {
        int open = _visitors.GetValueOrDefault(visitor);
        if (open == MostOfOne)
        {
            throw new ApiException(
                StatusCodes.Status503ServiceUnavailable,
                $"{MostOfOne} of your pages are being kept up to date already.",
                visitor.Length == 0
                    ? "Open the address with ?token= that Backflow printed: those who show nothing share these."
                    : "Close some of them.");
        }

        _visitors[visitor] = open + 1;
    }

    // A feed without listeners is forgotten, so that a thousand runs looked at once leave nothing behind.
    private void Leave(Feed? feed, Listener listener, string? visitor)
    {
        lock (_lock)
        {
            if (visitor is not null && --_visitors[visitor] == 0)
            {
                _visitors.Remove(visitor);
            }

            feed?.Remove(listener);
            foreach ((string id, Feed silent) in _runs.Where(static entry => entry.Value.Count == 0).ToArray())
            {
                silent.Dispose();
                _runs.Remove(id);
            }
        }
    }

    private async Task Write(HttpContext context, Listener listener)
    {
        HttpResponse response = context.Response;
        response.ContentType = EventStream;
        while (await Wait(context, listener).ConfigureAwait(false) is bool hasNews)
        {
            if (!hasNews)
            {
                await response.Body.WriteAsync(ServerSentEvent.KeepAlive, context.RequestAborted).ConfigureAwait(false);
            }

            while (listener.Waiting.TryRead(out byte[]? message))
            {
                await response.Body.WriteAsync(message, context.RequestAborted).ConfigureAwait(false);
            }

            await response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for a message.</summary>
    /// <returns>True for one, false when it is time for a sign of life, null when nothing will follow.</returns>
    private async Task<bool?> Wait(HttpContext context, Listener listener)
    {
        using CancellationTokenSource patience = new(KeepAliveInterval, clock);
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted);
        try
        {
            return await listener.Waiting.WaitToReadAsync(either.Token).ConfigureAwait(false) ? true : null;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return false;
        }
    }
}
