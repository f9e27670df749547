using System.Threading.Channels;

namespace Backflow.Dashboard.Live;

/// <summary>One open page: what it is still to be sent, up to a limit behind which it is dropped.</summary>
/// <param name="abort">Ends the page's connection at once.</param>
internal sealed class Listener(Action abort)
{
    private const int MostWaiting = 32;

    private readonly Channel<byte[]> _waiting = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    /// <summary>What waits to be written.</summary>
    public ChannelReader<byte[]> Waiting => _waiting.Reader;

    /// <summary>Adds a message, and never waits: a page that does not read is dropped.</summary>
    /// <returns>False when it was dropped.</returns>
    public bool Offer(FeedMessage message)
    {
        if (!_waiting.Writer.TryWrite(message.Bytes))
        {
            _waiting.Writer.TryComplete();
            abort();
            return false;
        }

        if (message.IsLast)
        {
            _waiting.Writer.TryComplete();
        }

        return true;
    }

    /// <summary>Says that nothing will follow.</summary>
    public void Close() => _waiting.Writer.TryComplete();
}
