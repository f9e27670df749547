using System.Collections.Immutable;
using Backflow.Dashboard.Api;
using Backflow.Dashboard.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backflow.Dashboard.Page;

/// <summary>The page at each of its addresses, and its files.</summary>
internal static class PageRoutes
{
    // Vite puts a digest of the content into these names.
    private const string NamedByContent = "/assets/";

    // The script of the worker that loads the engine.
    private const string EngineWorker = "/assets/engineWorker";

    private const string PageOfARun = "/run/{id}";

    private const string Kept = "public, max-age=31536000, immutable";
    private const string Asked = "no-cache";

    private static readonly ImmutableArray<string> Settings = ["show", "layer"];

    private static readonly ImmutableArray<string> Pages =
        ["/", "/runs", "/run/{id}/itemised", "/compare", "/explorer", "/dependency", "/learn", "/learn/{topic}"];

    private static ApiException Missing => new(
        StatusCodes.Status404NotFound, "There is nothing at this address.", "Go to the start page.");

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

        routes.MapGet(EngineFiles.Folder + "{name}", SendEngine);

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

    private static Task SendEngine(HttpContext context)
    {
        string name = (string)context.Request.RouteValues["name"]!;
        if (!EngineFiles.Compressed.TryGetValue(name, out byte[]? content))
        {
            throw Missing;
        }

        context.Response.ContentType = PageFiles.TypeOf(name);
        context.Response.Headers.Vary = "Accept-Encoding";
        context.Response.Headers.CacheControl = name == EngineFiles.Loader ? Asked : Kept;
        if (context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            context.Response.Headers.ContentEncoding = "br";
        }
        else
        {
            content = EngineFiles.Expand(content);
        }

        context.Response.ContentLength = content.Length;
        return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    private static Task Send(HttpContext context, PageFiles files, string path)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || files.Find(path) is not byte[] content)
        {
            throw path != PageFiles.Index ? Missing : new ApiException(
                StatusCodes.Status404NotFound,
                "This build of Backflow has no page in it.",
                "Build it again with Node 20 or newer.");
        }

        context.Response.ContentType = PageFiles.TypeOf(path);
        context.Response.ContentLength = content.Length;
        context.Response.Headers.CacheControl =
            path.StartsWith(NamedByContent, StringComparison.Ordinal) ? Kept : Asked;
        if (path.StartsWith(EngineWorker, StringComparison.Ordinal))
        {
            context.Response.Headers.ContentSecurityPolicy = ResponseHeaders.EngineSecurityPolicy;
        }

        return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }
}
