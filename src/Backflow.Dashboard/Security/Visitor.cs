using Microsoft.AspNetCore.Http;

namespace Backflow.Dashboard.Security;

/// <summary>Who asks, as far as the server can tell.</summary>
/// <param name="Name">The same for all requests of one session; empty for everybody who shows nothing.</param>
internal sealed record Visitor(string Name)
{
    /// <summary>Everybody who shows neither token nor session: on one machine their addresses tell nothing.</summary>
    public static Visitor Anonymous { get; } = new(string.Empty);

    /// <summary>The visitor who shows the token itself.</summary>
    public static Visitor WithToken { get; } = new("token");

    /// <summary>Whether this visitor may change, compute and, where the server is private, read.</summary>
    public bool IsKnown => Name.Length > 0;

    /// <summary>The visitor that a request was recognised as.</summary>
    public static Visitor Of(HttpContext context) => context.Features.Get<Visitor>() ?? Anonymous;
}
