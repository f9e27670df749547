using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Backflow.Cli.Tests.Delivery;

/// <summary>What somebody posted.</summary>
internal sealed record PostedRequest(string Path, string? ContentType, byte[] Content)
{
    public string Text => Encoding.UTF8.GetString(Content);
}

/// <summary>Listens on a free port of this machine, keeps what is posted, and answers as it is told.</summary>
internal sealed class HttpReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<PostedRequest> _requests = [];

    /// <param name="answers">The answers in turn; the last one stays.</param>
    public HttpReceiver(params HttpStatusCode[] answers)
    {
        Address = FreeAddress();
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        Thread thread = new(() => Listen(answers)) { IsBackground = true };
        thread.Start();
    }

    public Uri Address { get; }

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

    /// <summary>An address of this machine that nobody listens at.</summary>
    public static Uri FreeAddress()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
    }

    public void Dispose() => _listener.Close();

    private void Listen(HttpStatusCode[] answers)
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
                        context.Request.Url!.AbsolutePath, context.Request.ContentType, content.ToArray()));
                }

                context.Response.StatusCode = (int)answers[Math.Min(i, answers.Length - 1)];
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
