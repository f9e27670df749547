using Microsoft.AspNetCore.Http;

namespace Backflow.Dashboard.Security;

/// <summary>
/// Headers of every answer: nothing but the page's own files runs, and no other site may show or read it.
/// </summary>
internal static class ResponseHeaders
{
    /// <summary>No script, style or connection but the server's own; data: and blob: for exported pictures.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>For the script of a worker, which has a policy of its own: it compiles WebAssembly, and loads the
    /// engine.</summary>
    public const string EngineSecurityPolicy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

    public static Task Set(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return next(context);
    }
}
