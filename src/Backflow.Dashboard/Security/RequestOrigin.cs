using Backflow.Dashboard.Api;
using Microsoft.AspNetCore.Http;

namespace Backflow.Dashboard.Security;

/// <summary>Refuses requests that are addressed to another name, or that a page of another site makes.</summary>
internal static class RequestOrigin
{
    private const int HttpPort = 80;

    /// <summary>Checks the name that is asked for, the site that asks, and what the browser says about both.</summary>
    /// <param name="request">The request, of which the headers are read and not the body.</param>
    /// <param name="listen">Where the server listens.</param>
    /// <param name="port">The port that it listens on.</param>
    /// <exception cref="ApiException">It is foreign.</exception>
    public static void Check(HttpRequest request, ListenAddress listen, int port)
    {
        // A loopback name with another port is the near end of a tunnel (ssh -L), and no site can have that name.
        if (!listen.IsNamedBy(request.Host.Host)
            || ((request.Host.Port ?? HttpPort) != port && !ListenAddress.IsLoopbackName(request.Host.Host)))
        {
            throw Forbidden(
                "The request was not addressed to this server by a name that it goes by.",
                "Open the address that Backflow printed.");
        }

        if (request.Headers.Origin is { Count: > 0 } origin
            && !string.Equals(origin.ToString(), $"http://{request.Host.Value}", StringComparison.Ordinal))
        {
            throw Foreign();
        }

        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site
            && site.ToString() is not ("same-origin" or "none") && !IsLink(request))
        {
            throw Foreign();
        }
    }

    /// <summary>Whether the browser follows a link of another site, which tells that site nothing.</summary>
    public static bool IsLink(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers["Sec-Fetch-Mode"] == "navigate"
        && request.Headers["Sec-Fetch-Dest"] == "document"
        && !request.Path.StartsWithSegments(ApiException.Root, StringComparison.OrdinalIgnoreCase);

    private static ApiException Foreign() =>
        Forbidden("The request comes from another site.", "Use the page of this server.");

    private static ApiException Forbidden(string message, string remedy) =>
        new(StatusCodes.Status403Forbidden, message, remedy);
}
