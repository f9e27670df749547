namespace Backflow.Cli.Delivery;

/// <summary>Makes clients for exporters, whose failures are otherwise silent, and counts what became of their
/// posts.</summary>
internal sealed class PostCount
{
    private int _all;
    private int _failures;

    public int All => _all;

    public int Failures => _failures;

    public string LastProblem { get; private set; } = string.Empty;

#pragma warning disable CA2000 // A client disposes of its handlers, and a handler of the one inside.
    public HttpClient CreateClient(OtlpSignal signal)
    {
        HttpClient client = new(new Counting(this, new SocketsHttpHandler()))
        {
            Timeout = TimeSpan.FromMilliseconds(signal.TimeoutMilliseconds),
        };
        foreach ((string name, string value) in signal.Headers)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        return client;
    }
#pragma warning restore CA2000

    private void Count(HttpResponseMessage? response, Exception? failure)
    {
        Interlocked.Increment(ref _all);
        if (response is not { IsSuccessStatusCode: true })
        {
            Interlocked.Increment(ref _failures);
            LastProblem = failure is OperationCanceledException ? "no answer in time"
                : failure?.Message.TrimEnd('.') ?? $"the answer was {(int)response!.StatusCode}";
        }
    }

    private sealed class Counting(PostCount count, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                HttpResponseMessage response = base.Send(request, cancellationToken);
                count.Count(response, failure: null);
                return response;
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                count.Count(response: null, failure);
                throw;
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
                count.Count(response, failure: null);
                return response;
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                count.Count(response: null, failure);
                throw;
            }
        }
    }
}
