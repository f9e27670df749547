namespace Backflow.Cli.Delivery;

/// <summary>Where and how metrics, or logs, are exported.</summary>
/// <param name="endpoint">The whole address, with the path.</param>
/// <param name="headers">Names and values of headers, decoded. The values are secrets.</param>
/// <param name="timeoutMilliseconds">How long one export may take, its tries together.</param>
internal sealed class OtlpSignal(
    Uri endpoint, IReadOnlyList<KeyValuePair<string, string>> headers, int timeoutMilliseconds)
{
    public Uri Endpoint { get; } = endpoint;

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } = headers;

    public int TimeoutMilliseconds { get; } = timeoutMilliseconds;
}
