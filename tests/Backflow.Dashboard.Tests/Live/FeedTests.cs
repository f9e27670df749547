using Backflow.Dashboard.Live;

namespace Backflow.Dashboard.Tests.Live;

public sealed class FeedTests
{
    [Fact]
    public async Task Add_AfterOneThatFailed_IsToldWhatIsNew()
    {
        using FailingOnce source = new();
        using Feed feed = new(() => source, TimeSpan.FromMilliseconds(1), TimeProvider.System);
        Assert.Throws<InvalidOperationException>(() => feed.Add(new Listener(static () => { })));
        Listener second = new(static () => { });
        feed.Add(second);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken);
        patience.CancelAfter(EventReader.Patience);
        Assert.Equal(FailingOnce.Greeting, await second.Waiting.ReadAsync(patience.Token));
        Assert.Equal(FailingOnce.News, await second.Waiting.ReadAsync(patience.Token));
    }

    /// <summary>A store that is locked when it is asked for the first time.</summary>
    private sealed class FailingOnce : IFeedSource
    {
        public static readonly byte[] Greeting = [1];
        public static readonly byte[] News = [2];

        private bool _hasFailed;

        public FeedMessage First()
        {
            if (_hasFailed)
            {
                return new FeedMessage(Greeting, IsLast: false);
            }

            _hasFailed = true;
            throw new InvalidOperationException("The store is locked.");
        }

        public FeedMessage? Next() => new(News, IsLast: true);

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
