using System.Text;

namespace Backflow.Dashboard.Live;

/// <summary>The wire format of server-sent events (HTML Living Standard, section 9.2).</summary>
internal static class ServerSentEvent
{
    /// <summary>A comment, so that neither side takes a quiet stream for a dead one.</summary>
    public static readonly byte[] KeepAlive = ": keep-alive\n\n"u8.ToArray();

    /// <summary>Tells the page that nothing will follow, and that it need not come back.</summary>
    public static readonly byte[] End = "event: end\ndata: {}\n\n"u8.ToArray();

    /// <summary>An event with JSON in one line.</summary>
    public static byte[] Of(string name, byte[] json) =>
        [.. Encoding.ASCII.GetBytes($"event: {name}\ndata: "), .. json, .. "\n\n"u8];
}
