using System.Collections.Immutable;
using Backflow.Dashboard.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backflow.Dashboard.Page;

/// <summary>The page at each of its addresses, and its files.</summary>
internal static class PageRoutes
{
    // Vite puts a digest of the content into these names.
    private const string NamedByContent = "/assets/";

    private const string PageOfARun = "/run/{id}";

    private static readonly ImmutableArray<string> Settings = ["show", "layer"];

    private static readonly ImmutableArray<string> Pages =
        ["/", "/runs", "/run/{id}/itemised", "/compare", "/explorer", "/dependency", "/learn", "/learn/{topic}"];

    public static void Map(IEndpointRouteBuilder routes, PageFiles files)
    {
        foreach (string page in Pages)
        {
            routes.MapGet(page, context => Send(context, files, PageFiles.Index));
        }

        routes.MapGet(PageOfARun, context =>
        {
            Announce(context);
            return Send(context, files, PageFiles.Index);
        });

        // "{*path}", because the usual pattern of a fallback leaves out what looks like a file.
        routes.MapFallback("{*path}", context => Send(context, files, context.Request.Path.Value ?? string.Empty));
    }

    // What the page of a run asks for first: the browser asks for it while it still reads the page's script. The page
    // takes an answer only for the very address that it would ask itself, so another quantity or layer is not
    // announced.
    private static void Announce(HttpContext context)
    {
        string run = $"/api/runs/{Uri.EscapeDataString((string)context.Request.RouteValues["id"]!)}";
        Preload(run);
        Preload("/api/store");
        if (!Settings.Any(context.Request.Query.ContainsKey))
        {
            Preload($"{run}/rows?metric=total-gradient-norm&layer=0&columns=1024");
        }

        void Preload(string address) =>
            context.Response.Headers.Append("Link", $"<{address}>; rel=preload; as=fetch; crossorigin=anonymous");
    }

    private static Task Send(HttpContext context, PageFiles files, string path)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || files.Find(path) is not byte[] content)
        {
            (string error, string remedy) = path == PageFiles.Index
                ? ("This build of Backflow has no page in it.", "Build it again with Node 20 or newer.")
                : ("There is nothing at this address.", "Go to the start page.");
            throw new ApiException(StatusCodes.Status404NotFound, error, remedy);
        }

        context.Response.ContentType = PageFiles.TypeOf(path);
        context.Response.ContentLength = content.Length;
        context.Response.Headers.CacheControl = path.StartsWith(NamedByContent, StringComparison.Ordinal)
            ? "public, max-age=31536000, immutable"
            : "no-cache";
        return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }
}
