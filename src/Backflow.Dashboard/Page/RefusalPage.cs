using System.Net;
using Backflow.Dashboard.Api;
using Microsoft.AspNetCore.Http;

namespace Backflow.Dashboard.Page;

/// <summary>A refusal for a person: a page with a sentence, where a browser asked for a page.</summary>
internal static class RefusalPage
{
    /// <summary>Whether a browser wants a page here, rather than a program an answer.</summary>
    public static bool IsWanted(HttpRequest request) =>
        !request.Path.StartsWithSegments(ApiException.Root, StringComparison.OrdinalIgnoreCase)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes the page; the status is set already.</summary>
    public static Task Write(HttpContext context, string error, string remedy)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark"><title>Backflow</title>
            </head>
            <body>
            <h1>{WebUtility.HtmlEncode(error)}</h1><p>{WebUtility.HtmlEncode(remedy)}</p>
            <p><a href="/">Backflow's start page</a></p>
            </body>
            </html>
            """,
            context.RequestAborted);
    }
}
