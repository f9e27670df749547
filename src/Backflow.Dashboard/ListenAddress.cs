using System.Collections.Immutable;
using System.Net;

namespace Backflow.Dashboard;

/// <summary>The address that a server listens on, and the names under which a browser may ask for it.</summary>
internal sealed class ListenAddress
{
    private static readonly ImmutableArray<string> LoopbackNames = ["localhost", "127.0.0.1", "[::1]"];

    private ListenAddress(string host, IPAddress address)
    {
        Address = address;
        IsLoopback = IPAddress.IsLoopback(address);
        IsEverywhere = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        string name = address.ToString() == host && host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        Names = [.. LoopbackNames.Append(name).Distinct(StringComparer.OrdinalIgnoreCase)];
        ShownName = IsEverywhere ? Dns.GetHostName() : name;
    }

    /// <summary>What the socket is bound to.</summary>
    public IPAddress Address { get; }

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback { get; }

    /// <summary>The name to print.</summary>
    public string ShownName { get; }

    private ImmutableArray<string> Names { get; }

    private bool IsEverywhere { get; }

    /// <summary>Reads what a user gave as --host.</summary>
    /// <exception cref="DashboardException">It is neither an address nor a name of this machine.</exception>
    public static ListenAddress Parse(string host)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address))
        {
            return new ListenAddress(address.ToString(), address);
        }

        try
        {
            return host == "localhost"
                ? new ListenAddress(host, IPAddress.Loopback)
                : new ListenAddress(host, Dns.GetHostAddresses(host)[0]);
        }
        catch (Exception failure) when (failure is System.Net.Sockets.SocketException or ArgumentException)
        {
            throw new DashboardException(
                $"{nameof(DashboardOptions.Host):setting} '{host}' is neither an address nor a name of this machine.",
                $"Take {nameof(DashboardOptions.Host):setting} 127.0.0.1, for instance.",
                failure);
        }
    }

    /// <summary>Whether a name means, on every machine, the machine itself.</summary>
    /// <param name="host">The name without a port.</param>
    public static bool IsLoopbackName(string host) => LoopbackNames.Contains(host, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a request's Host header names this server.</summary>
    /// <remarks>
    /// A page of another site whose name was made to resolve to this machine (DNS rebinding) sends that name. A server
    /// on every address accepts any address in digits, which no such page can send.
    /// </remarks>
    /// <param name="host">The header without its port.</param>
    public bool IsNamedBy(string host) =>
        Names.Contains(host, StringComparer.OrdinalIgnoreCase)
        || (IsEverywhere && (IPAddress.TryParse(host.Trim('[', ']'), out _)
            || string.Equals(host, Dns.GetHostName(), StringComparison.OrdinalIgnoreCase)));
}
