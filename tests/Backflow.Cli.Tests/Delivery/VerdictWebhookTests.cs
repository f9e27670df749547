using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Backflow.Cli.Delivery;
using Backflow.Telemetry;
using Backflow.Training;
using Xunit;

namespace Backflow.Cli.Tests.Delivery;

public sealed class VerdictWebhookTests
{
    private static readonly TimeSpan Enough = TimeSpan.FromMinutes(2);

    private static readonly VerdictReport Verdict = new(
        VerdictSeverity.Warning,
        "vanishing-over-time",
        "step 40",
        "It vanishes.",
        "clipping",
        "backflow train --clip-norm 1",
        """{"severity":"warning","step":40}""");

    [Fact]
    public void Post_ReceiverThatFailsOnce_GetsTheVerdictOnTheSecondTry()
    {
        using HttpReceiver receiver = new(HttpStatusCode.InternalServerError, HttpStatusCode.NoContent);
        using VerdictWebhook webhook =
            new(receiver.Address, WebhookFormat.All[0], "backflow", Enough, TimeProvider.System);
        webhook.Post("rnn-0001", Verdict);

        Assert.Null(webhook.Finish(Enough));
        Assert.Equal(2, receiver.Requests.Count);
        Assert.Equal(receiver.Requests[0].Content, receiver.Requests[1].Content);
        JsonElement body = JsonDocument.Parse(receiver.Requests[1].Text).RootElement;
        Assert.Equal(
            ["level", "title", "text", "project", "run", "step", "timestamp"],
            body.EnumerateObject().Select(static property => property.Name));
        Assert.Equal("warning", body.GetProperty("level").GetString());
        Assert.Equal("backflow", body.GetProperty("project").GetString());
        Assert.Equal("rnn-0001", body.GetProperty("run").GetString());
        Assert.Equal(40, body.GetProperty("step").GetInt64());
        Assert.Equal("It vanishes. Try: backflow train --clip-norm 1", body.GetProperty("text").GetString());
        Assert.True(body.GetProperty("timestamp").TryGetDateTimeOffset(out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Post_ReceiverThatAsksForRest_GetsTheVerdictAfterIt(bool asADate)
    {
        DateTimeOffset end = default;
        using HttpReceiver receiver = new(HttpStatusCode.TooManyRequests, HttpStatusCode.NoContent)
        {
            RetryAfter = () =>
            {
                DateTimeOffset later = TimeProvider.System.GetUtcNow().AddSeconds(3);
                end = asADate ? DateTimeOffset.FromUnixTimeSeconds(later.ToUnixTimeSeconds()) : later;
                return asADate ? later.ToString("R", CultureInfo.InvariantCulture) : "3";
            },
        };
        using VerdictWebhook webhook =
            new(receiver.Address, WebhookFormat.All[0], "backflow", Enough, TimeProvider.System);
        webhook.Post("rnn-0001", Verdict);

        Assert.Null(webhook.Finish(Enough));
        Assert.Equal(2, receiver.Requests.Count);

        // A timer may ring a little early; without the header the second try comes after half a second.
        Assert.InRange(receiver.Requests[1].Arrival, end.AddMilliseconds(-50), DateTimeOffset.MaxValue);
    }

    [Fact]
    public void Finish_ReceiverThatAsksForYears_DoesNotWaitForThem()
    {
        using HttpReceiver receiver = new(HttpStatusCode.TooManyRequests) { RetryAfter = static () => "2000000000" };
        using VerdictWebhook webhook =
            new(receiver.Address, WebhookFormat.All[0], "backflow", Enough, TimeProvider.System);
        webhook.Post("rnn-0001", Verdict);
        SpinWait.SpinUntil(() => receiver.Requests.Count > 0);

        string? lost = webhook.Finish(TimeSpan.FromSeconds(1));
        Assert.StartsWith("1 of 1 verdicts could not be posted", lost, StringComparison.Ordinal);
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public void Post_ReceiverThatHangs_NeverBlocksAndIsReportedAtTheEnd()
    {
        // Accepted by the system, and never answered.
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        Uri address = new(HttpReceiver.AddressOf(silent.Server), "hook");
        using VerdictWebhook webhook = new(address, WebhookFormat.All[0], "backflow", Enough, TimeProvider.System);
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; i < 1000; i++)
        {
            webhook.Post("rnn-0001", Verdict);
        }

        string? lost = webhook.Finish(TimeSpan.FromSeconds(1));

        // Waiting for the first answer alone takes longer, on any machine.
        Assert.True(watch.Elapsed < Enough, $"It took {watch.Elapsed}.");
        Assert.StartsWith(
            "1,000 of 1,000 verdicts could not be posted to http://127.0.0.1", lost, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithWebhook_PostsItsVerdicts()
    {
        using TemporaryFolder folder = new();
        using HttpReceiver receiver = new(HttpStatusCode.OK);
        ProcessResult result = BackflowProcess.Run(
            folder.Path,
            "train", "--task", "adding", "--length", "30", "--cell", "rnn-sigmoid", "--hidden", "16", "--steps", "60",
            "--threads", "1", "--json", "--webhook", receiver.Address.ToString());

        Assert.True(result.ExitCode == 0, result.Error);
        int verdicts = result.Json().Count(static line => line.GetProperty("event").GetString() == "verdict");
        Assert.True(verdicts > 0);
        Assert.Equal(verdicts, receiver.Requests.Count);
        Assert.All(
            receiver.Requests,
            static request => Assert.Contains("\"run\":\"rnn-sigmoid-0001\"", request.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("hook")]
    [InlineData("ftp://example.org/hook")]
    public void Train_WebhookThatIsNoHttpAddress_IsAWrongCommand(string address)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, "train", "--steps", "1", "--webhook", address);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--webhook must be an absolute http or https address", result.Error, StringComparison.Ordinal);
    }
}
