using System.Collections.Frozen;
using System.Reflection;

namespace Backflow.Dashboard.Page;

/// <summary>The files of the page by their address: those that were built into this library, and no others.</summary>
/// <param name="files">Content by path, such as /assets/index.js.</param>
internal sealed class PageFiles(FrozenDictionary<string, byte[]> files)
{
    /// <summary>The address of the page itself.</summary>
    public const string Index = "/index.html";

    private static readonly Lazy<PageFiles> ReadSite = new(static () => new PageFiles(ReadResources("site/")));

    /// <summary>What was built in; empty where the page's sources were not there.</summary>
    public static PageFiles Embedded { get; } = new(ReadResources("page/"));

    /// <summary>The pages of a site without a server; what they load is among <see cref="Embedded"/>.</summary>
    public static PageFiles Site => ReadSite.Value;

    /// <summary>Every path.</summary>
    public IEnumerable<string> Paths => files.Keys.Order(StringComparer.Ordinal);

    /// <summary>A file, or null where there is none of that name.</summary>
    public byte[]? Find(string path) => files.GetValueOrDefault(path);

    /// <summary>The type of a file by its ending.</summary>
    public static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".ico" => "image/x-icon",
        ".woff2" => "font/woff2",
        ".json" or ".map" => "application/json; charset=utf-8",
        ".txt" => "text/plain; charset=utf-8",
        ".wasm" => "application/wasm",
        _ => "application/octet-stream",
    };

    /// <summary>A file that is built into a library.</summary>
    public static byte[] ReadResource(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static FrozenDictionary<string, byte[]> ReadResources(string prefix)
    {
        Assembly assembly = typeof(PageFiles).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                name => "/" + name[prefix.Length..].Replace('\\', '/'),
                name => ReadResource(assembly, name),
                StringComparer.Ordinal);
    }
}
