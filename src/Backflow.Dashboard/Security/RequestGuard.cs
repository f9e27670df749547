using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using Backflow.Dashboard.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Backflow.Dashboard.Security;

/// <summary>Refuses what no page of this server sends: foreign names, foreign sites, and whoever lacks the token.</summary>
/// <param name="listen">Where the server listens.</param>
/// <param name="token">What a request must show; null for nothing.</param>
internal sealed class RequestGuard(ListenAddress listen, string? token)
{
    /// <summary>A header that a form or an image of another site cannot send.</summary>
    public const string OwnHeader = "X-Backflow";

    private const string TokenParameter = "token";
    private const string Bearer = "Bearer ";
    private static readonly TimeSpan CookieLife = TimeSpan.FromDays(30);

    /// <summary>The port that the server listens on; set before its address is known to anyone.</summary>
    public int Port { get; set; }

    // Cookies do not know ports: two servers of one machine would overwrite each other's.
    private string CookieName => $"backflow-{Port}";

    public Task Check(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        if (!listen.IsNamedBy(request.Host.Host) || (request.Host.Port ?? 80) != Port)
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden,
                "The request was not addressed to this server by a name that it goes by.",
                "Open the address that Backflow printed.");
        }

        if (request.Headers.Origin is { Count: > 0 } origin
            && !string.Equals(origin.ToString(), $"http://{request.Host.Value}", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden, "The request comes from another site.", "Use the page of this server.");
        }

        if (token is not null && !ShowsToken(request))
        {
            return Admit(context);
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            CheckChange(request);
        }

        return next(context);
    }

    private static void CheckChange(HttpRequest request)
    {
        bool isJson = MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase);
        if (!isJson || request.Headers[OwnHeader] != "1")
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden,
                $"A change needs the headers 'Content-Type: application/json' and '{OwnHeader}: 1'.",
                "Send both.");
        }
    }

    private bool ShowsToken(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        return (authorization.StartsWith(Bearer, StringComparison.Ordinal) && IsToken(authorization[Bearer.Length..]))
            || (request.Cookies.TryGetValue(CookieName, out string? cookie) && IsToken(cookie));
    }

    // The first visit: the token moves from the address, which is shown and kept in the history, to a cookie.
    private Task Admit(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!HttpMethods.IsGet(request.Method) || !IsToken(request.Query[TokenParameter].ToString()))
        {
            throw new ApiException(
                StatusCodes.Status401Unauthorized,
                "This dashboard asks for its token.",
                "Open the address with ?token= that Backflow printed, or send 'Authorization: Bearer TOKEN'.");
        }

        context.Response.Cookies.Append(CookieName, token!, new CookieOptions
        {
            HttpOnly = true,
            SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict,
            MaxAge = CookieLife,
            Path = "/",
        });
        QueryString rest = QueryString.Create(request.Query.Where(static pair => pair.Key != TokenParameter));
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        // Of this server, whatever the path begins with: "//other.site" would be another one.
        context.Response.Headers.Location = $"/{request.Path.ToUriComponent().TrimStart('/')}{rest.ToUriComponent()}";
        return Task.CompletedTask;
    }

    private bool IsToken(string shown) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(shown)), SHA256.HashData(Encoding.UTF8.GetBytes(token!)));
}
