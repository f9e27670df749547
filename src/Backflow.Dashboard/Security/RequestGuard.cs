using System.Net;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using Backflow.Dashboard.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Backflow.Dashboard.Security;

/// <summary>Refuses what no page of this server sends, and every change without the token.</summary>
/// <param name="listen">Where the server listens.</param>
/// <param name="token">What changes, and where the server is private all requests, must show.</param>
/// <param name="isPrivate">Whether reading needs the token too.</param>
internal sealed class RequestGuard(ListenAddress listen, string token, bool isPrivate)
{
    /// <summary>A header that a form or an image of another site cannot send.</summary>
    public const string OwnHeader = "X-Backflow";

    private const string TokenParameter = "token";
    private const string Bearer = "Bearer ";

    private readonly Sessions _sessions = new();

    /// <summary>The port that the server listens on; set before its address is known to anyone.</summary>
    public int Port { get; set; }

    public Task Check(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        RequestOrigin.Check(request, listen, Port);
        bool reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!reads)
        {
            CheckChange(request);
        }

        Visitor visitor = Recognise(request);
        if (reads && request.Query.ContainsKey(TokenParameter))
        {
            return Admit(context);
        }

        if (!visitor.IsKnown && (isPrivate || !reads))
        {
            throw Unknown(
                isPrivate ? "This dashboard asks for its token." : "Changes and computations here need the token.");
        }

        context.Features.Set(visitor);
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

    private static ApiException Unknown(string message) => new(
        StatusCodes.Status401Unauthorized,
        message,
        "Open the address with ?token= that Backflow printed, or send 'Authorization: Bearer TOKEN'.");

    // Cookies do not know ports: two servers of one machine, or two ends of tunnels, would overwrite each other's.
    private static string CookieName(HttpRequest request) => $"backflow-{request.Host.Port}";

    private Visitor Recognise(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.Ordinal) && IsToken(authorization[Bearer.Length..])
            ? Visitor.WithToken
            : request.Cookies.TryGetValue(CookieName(request), out string? cookie)
                && _sessions.Find(cookie) is string session
                ? new Visitor(session)
                : Visitor.Anonymous;
    }

    // The first visit: a session takes the place of the token, which leaves the address, where it would be shown and
    // kept in the history.
    private Task Admit(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!HttpMethods.IsGet(request.Method) || !IsToken(request.Query[TokenParameter].ToString()))
        {
            throw Unknown("The token in the address is not that of this server, which draws another at each start.");
        }

        context.Response.Cookies.Append(CookieName(request), _sessions.Begin(), new CookieOptions
        {
            HttpOnly = true,
            SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict,
            Path = "/",
        });
        QueryString rest = QueryString.Create(request.Query.Where(static pair => pair.Key != TokenParameter));
        // Of this server, whatever the path begins with: "//other.site" would be another one.
        string address = $"/{request.Path.ToUriComponent().TrimStart('/')}{rest.ToUriComponent()}";
        if (RequestOrigin.IsLink(request) && request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site != "none")
        {
            // Where a link of another place is followed, a redirected request would not carry the cookie yet; one that
            // this page begins does.
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(
                "<!doctype html><title>Backflow</title>"
                + $"<meta http-equiv=\"refresh\" content=\"0; url={WebUtility.HtmlEncode(address)}\">");
        }

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
        return Task.CompletedTask;
    }

    private bool IsToken(string shown) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(shown)), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
