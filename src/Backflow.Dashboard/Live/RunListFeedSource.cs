using Backflow.Dashboard.Api;
using Backflow.Runs;
using Backflow.Runs.Store;

namespace Backflow.Dashboard.Live;

/// <summary>The list of runs, whenever it has changed.</summary>
internal sealed class RunListFeedSource : IFeedSource
{
    /// <summary>
    /// Looks between two questions whether the processes that train still live, which changes no row.
    /// </summary>
    private const int LooksPerLifeSign = 5;

    private readonly RunStore _store;
    private readonly StoreWatch _watch;
    private byte[]? _known;
    private int _looks;

    public RunListFeedSource(RunStore store)
    {
        _store = store;
        _watch = store.Watch();
    }

    public FeedMessage First()
    {
        byte[] list = ApiJson.Bytes(RunAnswers.List(_store));
        // Those who listened before have still to be told of what is new in it.
        _known ??= list;
        return new FeedMessage(ServerSentEvent.Of("runs", list), IsLast: false);
    }

    public FeedMessage? Next()
    {
        if (!_watch.HasChanged() && ++_looks % LooksPerLifeSign != 0)
        {
            return null;
        }

        byte[] list = ApiJson.Bytes(RunAnswers.List(_store));
        if (list.AsSpan().SequenceEqual(_known))
        {
            return null;
        }

        _known = list;
        return new FeedMessage(ServerSentEvent.Of("runs", list), IsLast: false);
    }

    public void Dispose() => _watch.Dispose();
}
