using Microsoft.AspNetCore.Http;

namespace Backflow.Dashboard;

/// <summary>Answers HEAD, which health checks send, as GET: the server leaves the content out.</summary>
internal static class HeadRequests
{
    private static readonly object Mark = new();

    /// <summary>Has the routes of GET answer HEAD.</summary>
    public static Task Route(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Items[Mark] = Mark;
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
    }

    /// <summary>Whether only the headers are asked for, so that a stream need not begin.</summary>
    public static bool IsHead(HttpContext context) => context.Items.ContainsKey(Mark);
}
