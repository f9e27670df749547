using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;

namespace Backflow.Dashboard.Page;

/// <summary>The engine as a WebAssembly module for pages: its files by name, as they were built in,
/// compressed.</summary>
internal static class EngineFiles
{
    /// <summary>Where they are, in the addresses of a server and in the folder of a site.</summary>
    public const string Folder = "/engine/";

    /// <summary>The one that loads the others, whose names hold digests of their contents.</summary>
    public const string Loader = "dotnet.js";

    private const string Prefix = "engine/";

    private static readonly Lazy<FrozenDictionary<string, byte[]>> Read = new(ReadResources);

    /// <summary>Brotli streams by name.</summary>
    public static FrozenDictionary<string, byte[]> Compressed => Read.Value;

    /// <summary>A file as it is when it is not compressed.</summary>
    public static byte[] Expand(byte[] compressed)
    {
        using BrotliStream stream = new(new MemoryStream(compressed), CompressionMode.Decompress);
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static FrozenDictionary<string, byte[]> ReadResources()
    {
        Assembly assembly = typeof(EngineFiles).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                static name => name[Prefix.Length..],
                name => PageFiles.ReadResource(assembly, name),
                StringComparer.Ordinal);
    }
}
