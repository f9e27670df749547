using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Cli.Delivery;

/// <summary>Posts verdicts to an address, from a thread of its own: training never waits for the network.</summary>
/// <remarks>
/// Its shape is a <see cref="WebhookFormat"/>; a project is the name of the store's file. What the queue has no room
/// for, and what three tries did not deliver, is counted and said at the end.
/// </remarks>
internal sealed class VerdictWebhook : IVerdictDelivery
{
    private const int LongestQueue = 256;

    private static readonly TimeSpan[] DelaysBeforeTry =
        [TimeSpan.Zero, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2)];

    // A wait cannot be longer than the system's timers count.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(20);

    private readonly Uri _address;
    private readonly WebhookFormat _format;
    private readonly string _project;
    private readonly TimeProvider _clock;
    private readonly HttpClient _client;
    private readonly BlockingCollection<string> _queue = new(LongestQueue);
    private readonly CancellationTokenSource _end = new();
    private readonly Thread _thread;
    private int _offered;
    private int _delivered;
    private string? _problem;
    private DateTimeOffset _notBefore;

    /// <summary>Begins to deliver.</summary>
    /// <param name="address">An absolute http or https address.</param>
    /// <param name="format">The shape of the posts.</param>
    /// <param name="project">What the receiver is told as the project.</param>
    /// <param name="patience">How long one try may take.</param>
    /// <param name="clock">What tells the time.</param>
    public VerdictWebhook(
        Uri address, WebhookFormat format, string project, TimeSpan patience, TimeProvider clock)
    {
        _address = address;
        _format = format;
        _project = project;
        _clock = clock;
        _client = new HttpClient { Timeout = patience };
        _thread = new Thread(Deliver) { IsBackground = true, Name = "webhook" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Post(string runId, VerdictReport verdict)
    {
        _offered++;
        if (!_queue.TryAdd(Body(runId, verdict)))
        {
            _problem = $"more than {LongestQueue} verdicts were waiting";
        }
    }

    /// <inheritdoc/>
    public void Warn(string runId, string message)
    {
        // A webhook is for verdicts.
    }

    /// <inheritdoc/>
    public string? Finish(TimeSpan patience)
    {
        _queue.CompleteAdding();
        if (!_thread.Join(patience))
        {
            _end.Cancel();
            _thread.Join();
        }

        int lost = _offered - _delivered;
        return lost == 0 ? null
            : $"{NumberText.Count(lost)} of {NumberText.Count(_offered)} verdicts could not be posted to "
                + $"{_address.Scheme}://{_address.Authority}: "
                + $"{_problem ?? "no answer in time"}. They are in the store, whose runs {CommandName.Of("runs")} "
                + $"lists.";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Finish(TimeSpan.Zero);
        _client.Dispose();
        _end.Dispose();
        _queue.Dispose();
    }

    private void Deliver()
    {
        try
        {
            foreach (string body in _queue.GetConsumingEnumerable(_end.Token))
            {
                _delivered += DelaysBeforeTry.Any(delay => TryPost(body, delay)) ? 1 : 0;
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over: Finish counts what is left.
        }
    }

    private bool TryPost(string body, TimeSpan delay)
    {
        TimeSpan asked = _notBefore - _clock.GetUtcNow();
        _end.Token.WaitHandle.WaitOne(asked < delay ? delay : asked < LongestWait ? asked : LongestWait);
        _end.Token.ThrowIfCancellationRequested();
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, _address)
            {
                Content = new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json),
            };
            using HttpResponseMessage response = _client.Send(request, _end.Token);
            if (!response.IsSuccessStatusCode)
            {
                _problem = $"the answer was {(int)response.StatusCode}";
                ObeyRetryAfter(response.Headers.RetryAfter);
            }

            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException failure)
        {
            _problem = failure.Message.TrimEnd('.');
            return false;
        }
        catch (OperationCanceledException) when (!_end.IsCancellationRequested)
        {
            _problem = $"no answer within {_client.Timeout.TotalSeconds} s";
            return false;
        }
    }

    // Holds for the next try and for the verdicts behind it: a receiver that is asked too often asks for rest.
    private void ObeyRetryAfter(RetryConditionHeaderValue? asked)
    {
        if (asked is not null)
        {
            _notBefore = asked.Date ?? _clock.GetUtcNow() + asked.Delta ?? default;
        }
    }

    private string Body(string runId, VerdictReport verdict)
    {
        using JsonDocument payload = JsonDocument.Parse(verdict.PayloadJson);
        VerdictMessage message = new(
            payload.RootElement.GetProperty("severity").GetString()!,
            $"{verdict.Rule} at {verdict.Place}",
            verdict.Meaning,
            verdict.RemedyCommand,
            _project,
            runId,
            payload.RootElement.GetProperty("step").GetInt64(),
            _clock.GetUtcNow());
        return _format.Shape(message).ToJsonString();
    }
}
