using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Backflow.Cli.Tests.Delivery;

/// <summary>What was posted to a receiver.</summary>
internal sealed record PostedRequest(
    string Path, string? ContentType, string? Authorization, DateTimeOffset Arrival, byte[] Content)
{
    public string Text => Encoding.UTF8.GetString(Content);
}

/// <summary>Listens on a free port of this machine, keeps what is posted, and answers as it is told.</summary>
internal sealed class HttpReceiver : IDisposable
{
    private readonly HttpListener _listener;
    private readonly List<PostedRequest> _requests = [];

    /// <param name="answers">The answers in turn; the last one stays.</param>
    public HttpReceiver(params HttpStatusCode[] answers)
    {
        (_listener, Address) = Listen();
        Thread thread = new(() => Answer(answers)) { IsBackground = true };
        thread.Start();
    }

    public Uri Address { get; }

    /// <summary>Makes the header Retry-After of answers that are no success; none where it is null.</summary>
    public Func<string>? RetryAfter { get; init; }

    public List<PostedRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>The address of a socket that has a port.</summary>
    public static Uri AddressOf(Socket socket) => new($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}/");

    public void Dispose() => _listener.Close();

    // This listener takes no port 0, and between the choice of a free one and its use another may take it.
    private static (HttpListener Listener, Uri Address) Listen()
    {
        while (true)
        {
            using TcpListener probe = new(IPAddress.Loopback, 0);
            probe.Start();
            Uri address = AddressOf(probe.Server);
            probe.Stop();
            HttpListener listener = new() { Prefixes = { address.ToString() } };
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException)
            {
                listener.Close();
            }
        }
    }

    private void Answer(HttpStatusCode[] answers)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                HttpListenerContext context = _listener.GetContext();
                using MemoryStream content = new();
                context.Request.InputStream.CopyTo(content);
                lock (_requests)
                {
                    _requests.Add(new PostedRequest(
                        context.Request.Url!.PathAndQuery,
                        context.Request.ContentType,
                        context.Request.Headers["Authorization"],
                        TimeProvider.System.GetUtcNow(),
                        content.ToArray()));
                }

                HttpStatusCode answer = answers[Math.Min(i, answers.Length - 1)];
                context.Response.StatusCode = (int)answer;
                if (answer >= HttpStatusCode.BadRequest && RetryAfter is not null)
                {
                    context.Response.AddHeader("Retry-After", RetryAfter());
                }

                context.Response.Close();
            }
        }
        catch (Exception end)
            when (end is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed: the test is over.
        }
    }
}
