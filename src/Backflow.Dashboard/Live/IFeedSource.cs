namespace Backflow.Dashboard.Live;

/// <summary>What a feed has to say, made once for all who listen. For one thread at a time.</summary>
internal interface IFeedSource : IDisposable
{
    /// <summary>What a listener is told when it begins.</summary>
    FeedMessage First();

    /// <summary>What is new since the last look; null for nothing.</summary>
    FeedMessage? Next();
}

/// <summary>A message as it goes over the wire.</summary>
/// <param name="Bytes">One or more server-sent events.</param>
/// <param name="IsLast">Whether nothing will follow.</param>
internal sealed record FeedMessage(byte[] Bytes, bool IsLast);
