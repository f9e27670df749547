using System.Net;
using System.Net.Sockets;
using Backflow.Cli.Delivery;
using Backflow.Telemetry;
using Backflow.Training;
using Xunit;

namespace Backflow.Cli.Tests.Delivery;

/// <summary>
/// Services put their secrets into the path and the query of a webhook: the warning names the host alone.
/// </summary>
public sealed class WebhookSecretTests
{
    private const string Secret = "s3cr3t";

    // Nothing is waited for to its end: each receiver answers, or refuses, at once.
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
    public void Finish_ReceiverThatRefuses_WarnsWithoutPathAndQuery()
    {
        using HttpReceiver receiver = new(HttpStatusCode.Forbidden);
        AssertNamesTheHostAlone(receiver.Address, "the answer was 403");
    }

    [Fact]
    public void Finish_NoReceiver_WarnsWithoutPathAndQuery()
    {
        // Bound and not listening: connections are refused, and no other program gets the port.
        using Socket bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        AssertNamesTheHostAlone(HttpReceiver.AddressOf(bound), "refused");
    }

    private static void AssertNamesTheHostAlone(Uri receiver, string problem)
    {
        Uri address = new(receiver, $"{Secret}-path/hook?token={Secret}#{Secret}");
        using VerdictWebhook webhook = new(address, WebhookFormat.All[0], "backflow", Enough, TimeProvider.System);
        webhook.Post("rnn-0001", Verdict);
        string? warning = webhook.Finish(Enough);
        Assert.Contains(
            $"could not be posted to {receiver.Scheme}://{receiver.Authority}:", warning, StringComparison.Ordinal);
        Assert.Contains(problem, warning, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, warning, StringComparison.Ordinal);
    }
}
