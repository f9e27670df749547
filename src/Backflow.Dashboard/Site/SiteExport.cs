using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Backflow.Dashboard.Page;
using Backflow.Runs;

namespace Backflow.Dashboard.Site;

/// <summary>Writes the lessons, the explorer and a recorded comparison as files for any static host.</summary>
/// <remarks>
/// The engine is among them as WebAssembly. Beside each larger file lie a .br and a .gz, which many hosts send in its
/// place. Addresses are relative, so that the folder works below any path.
/// </remarks>
public static class SiteExport
{
    private const string Worker = "sw.js";

    // Below, a host gains nothing from a compressed file.
    private const int LeastCompressed = 1_024;

    private static readonly ImmutableArray<string> CompressedEndings =
        [".html", ".js", ".css", ".svg", ".json", ".bin", ".wasm"];

    /// <summary>Writes a site.</summary>
    /// <param name="folder">A folder that is empty, that does not exist, or that has a site already.</param>
    /// <param name="store">Where the comparison is kept.</param>
    /// <param name="comparison">The runs of the comparison that the site shows.</param>
    /// <returns>The number of files, compressed ones not counted, and their bytes.</returns>
    /// <exception cref="DashboardException">The folder has other files, or this build has no page.</exception>
    public static (int Files, long Bytes) Write(string folder, RunStore store, ImmutableArray<string> comparison)
    {
        Require(folder);
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        foreach ((string path, byte[] content) in SiteRecord.Of(store, comparison))
        {
            files.Add(path, content);
        }

        foreach (string path in PageFiles.Embedded.Paths.Where(static path => path != PageFiles.Index))
        {
            files.Add(path[1..], PageFiles.Embedded.Find(path)!);
        }

        foreach ((string name, byte[] compressed) in EngineFiles.Compressed)
        {
            string path = EngineFiles.Folder[1..] + name;
            files.Add(path, EngineFiles.Expand(compressed));
        }

        foreach (string path in PageFiles.Site.Paths)
        {
            files.Add(path[1..], Filled(PageFiles.Site.Find(path)!, "@COMPARISON@", string.Join(',', comparison)));
        }

        files[Worker] = Filled(
            Filled(files[Worker], "@VERSION@", DigestOf(files)),
            "@FILES@",
            string.Join("\\n", files.Keys.Where(static path => path != Worker)));
        foreach ((string path, byte[] content) in files)
        {
            Write(Path.Combine(folder, path), content);
        }

        return (files.Count, files.Values.Sum(static content => (long)content.Length));
    }

    /// <summary>Refuses a folder whose files are something else, before anything is computed.</summary>
    /// <param name="folder">The folder that a site is to be written into.</param>
    /// <exception cref="DashboardException">It has other files, or this build has no page.</exception>
    public static void Require(string folder)
    {
        if (File.Exists(folder)
            || (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, Worker))
                && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new DashboardException(
                $"{folder} has files that are not a site of Backflow.", "Name a folder that does not exist.");
        }

        if (!PageFiles.Site.Paths.Any())
        {
            throw new DashboardException(
                "This build of Backflow has no page in it.", "Build it again with Node 20 or newer.");
        }
    }

    private static void Write(string file, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        if (content.Length < LeastCompressed || !CompressedEndings.Contains(Path.GetExtension(file)))
        {
            return;
        }

        using (FileStream stream = File.Create(file + ".gz"))
        using (GZipStream gzip = new(stream, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }

        if (EngineFiles.Compressed.TryGetValue(Path.GetFileName(file), out byte[]? compressed))
        {
            File.WriteAllBytes(file + ".br", compressed);
            return;
        }

        using FileStream target = File.Create(file + ".br");
        using BrotliStream brotli = new(target, CompressionLevel.SmallestSize);
        brotli.Write(content);
    }

    private static byte[] Filled(byte[] file, string place, string value)
    {
        string text = Encoding.UTF8.GetString(file);
        return Encoding.UTF8.GetBytes(text.Replace(place, value, StringComparison.Ordinal));
    }

    private static string DigestOf(SortedDictionary<string, byte[]> files)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string path, byte[] content) in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{path} {content.Length}\n")));
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
