using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Backflow.Dashboard.Tests;

public sealed class DashboardServerTests
{
    [Fact]
    public async Task Start_DefaultPortTaken_TakesAFreeOne()
    {
        await using Served first = await Served.Start(new DashboardOptions());
        await using Served second = await Served.Start(new DashboardOptions());
        Assert.NotEqual(first.Server.Address.Port, second.Server.Address.Port);
        await second.Get("/api/store");
    }

    [Fact]
    public async Task Start_ChosenPortTaken_SaysSo()
    {
        await using Served first = await Served.Start();
        DashboardException failure = await Assert.ThrowsAsync<DashboardException>(
            () => Served.Start(new DashboardOptions { Port = first.Server.Address.Port }));
        Assert.Contains("is taken", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Default_ListensOnThisMachineAlone()
    {
        await using Served served = await Served.Start();
        Assert.Equal("127.0.0.1", served.Server.Address.Host);
        IPAddress[] others = [.. NetworkInterface.GetAllNetworkInterfaces()
            .Where(static network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(static network => network.GetIPProperties().UnicastAddresses)
            .Select(static one => one.Address)
            .Where(static address => !IPAddress.IsLoopback(address))
            .Where(static address => address.AddressFamily == AddressFamily.InterNetwork)];
        foreach (IPAddress other in others)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await Assert.ThrowsAsync<SocketException>(
                async () => await socket.ConnectAsync(
                    other, served.Server.Address.Port, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Start_EveryAddress_DrawsATokenAndAsksForIt()
    {
        await using Served served = await Served.Start(new DashboardOptions { Host = "0.0.0.0", Port = 0 });
        string token = served.Server.Token;
        Assert.Equal(32, token.Length);
        Assert.Contains(token, served.Server.Address.Query, StringComparison.Ordinal);
        int port = served.Server.Address.Port;
        served.Client.BaseAddress = null;
        (string Host, HttpStatusCode Status)[] cases =
        [
            ("127.0.0.1", HttpStatusCode.OK),
            ("10.1.2.3", HttpStatusCode.OK),
            ("evil.example", HttpStatusCode.Forbidden),
        ];
        foreach ((string host, HttpStatusCode status) in cases)
        {
            using HttpResponseMessage response = await served.Send(
                HttpMethod.Get,
                $"http://127.0.0.1:{port}/api/store",
                null,
                ("Host", $"{host}:{port}"),
                ("Authorization", $"Bearer {token}"));
            await Served.Json(response, status);
        }

        using HttpResponseMessage without = await served.Send(HttpMethod.Get, $"http://127.0.0.1:{port}/api/store");
        await Served.Json(without, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Start_TwoServers_DrawDifferentTokens()
    {
        await using Served first = await Served.Start();
        await using Served second = await Served.Start();
        Assert.NotEqual(first.Server.Token, second.Server.Token);
    }

    [Theory]
    [InlineData("256.1.1.1", null, null)]
    [InlineData("127.0.0.1", -1, null)]
    [InlineData("127.0.0.1", 65536, null)]
    [InlineData("127.0.0.1", 0, "short")]
    [InlineData("127.0.0.1", 0, "with a space in it")]
    [InlineData("192.0.2.1", 0, null)]
    public async Task Start_WrongOptions_SaysWhatIsAllowed(string host, int? port, string? token)
    {
        DashboardException failure = await Assert.ThrowsAsync<DashboardException>(
            () => Served.Start(new DashboardOptions { Host = host, Port = port, Token = token }));
        Assert.NotEmpty(failure.Remedy);
    }

    [Fact]
    public async Task Stop_Server_NoLongerListens()
    {
        await using Served served = await Served.Start();
        await served.Server.Stop();
        await Assert.ThrowsAsync<HttpRequestException>(() => served.Send(HttpMethod.Get, "/api/store"));
    }
}
