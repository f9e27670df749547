using System.Text;
using System.Text.Json;
using Backflow.Runs.Manifest;
using Backflow.Runs.Store;

namespace Backflow.Runs.Recording;

/// <summary>Parts of a long computation that are finished, so that the same computation goes on after a kill.</summary>
/// <remarks>
/// A file of JSON lines in a folder beside the store, named after it: {"key":"…","part":{…}}. A line is handed to the
/// system when its part is finished. One that is torn or damaged counts as not there. One process at a time writes a
/// journal; a second one finds the parts that were there, and adds none.
/// </remarks>
public sealed class PartJournal : IDisposable
{
    private const string Key = "key";
    private const string Part = "part";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _parts = [];
    private FileStream? _lock;
    private FileStream? _file;

    private PartJournal(string path, bool isFresh)
    {
        try
        {
            OwnerOnly.CreateFolder(Path.GetDirectoryName(path)!);
            // A file of its own: who only reads takes a lock too, of those that several may have.
            _lock = OwnerOnly.OpenFile(path + ".lock", FileAccess.ReadWrite, FileShare.None);
            _file = OwnerOnly.OpenFile(path, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (isFresh)
            {
                _file.SetLength(0);
            }

            // What a kill tore off is not continued by the next line.
            long end = Read(_file);
            _file.SetLength(end);
            _file.Position = end;
        }
        catch (Exception failure) when (WriteFailure.ReasonOf(failure) is string reason)
        {
            GiveUp(reason);
            if (!isFresh)
            {
                TryRead(path);
            }
        }
    }

    /// <summary>Why finished parts are not kept; null while they are.</summary>
    public string? Fault { get; private set; }

    /// <summary>Parts that are known.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _parts.Count;
            }
        }
    }

    /// <summary>Finds a part.</summary>
    /// <param name="key">All that decides what comes out.</param>
    /// <returns>What <see cref="Add"/> was given, as JSON; null where the part is not finished.</returns>
    public string? Find(string key)
    {
        lock (_gate)
        {
            return _parts.GetValueOrDefault(key);
        }
    }

    /// <summary>All parts of some kind.</summary>
    /// <param name="isMeant">Whether a part is one of them, by its key.</param>
    /// <returns>What <see cref="Add"/> was given, as JSON.</returns>
    public IReadOnlyList<string> Where(Func<string, bool> isMeant)
    {
        lock (_gate)
        {
            return [.. _parts.Where(part => isMeant(part.Key)).Select(static part => part.Value)];
        }
    }

    /// <summary>Keeps a part. A disk that takes none ends the keeping, and not the computation.</summary>
    /// <param name="key">All that decides what comes out.</param>
    /// <param name="part">What came out, as JSON.</param>
    public void Add(string key, string part)
    {
        lock (_gate)
        {
            _parts[key] = part;
            try
            {
                _file?.Write(Encoding.UTF8.GetBytes(
                    $$"""{"{{Key}}":{{JsonSerializer.Serialize(key)}},"{{Part}}":{{part}}}""" + "\n"));
            }
            catch (Exception failure) when (WriteFailure.ReasonOf(failure) is string reason)
            {
                GiveUp(reason);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _lock?.Dispose();
    }

    internal static PartJournal Open(string storePath, string name, bool isFresh) => RunId.IsValid(name)
        ? new PartJournal(Path.Combine(
            Path.GetDirectoryName(storePath)!, Path.GetFileNameWithoutExtension(storePath) + "-parts", name + ".jsonl"),
            isFresh)
        : throw new ArgumentException($"'{name}' cannot be the name of a file.", nameof(name));

    // Another process writes it, or the disk is read-only: what is there is there.
    private void TryRead(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            _ = Read(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // There is none.
        }
    }

    /// <returns>Where the last whole line ends.</returns>
    private int Read(FileStream file)
    {
        byte[] content = new byte[file.Length];
        int read = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        int end = Array.LastIndexOf(content, (byte)'\n', Math.Max(0, read - 1)) + 1;
        foreach (string line in Encoding.UTF8.GetString(content, 0, end).Split('\n'))
        {
            ReadLine(line);
        }

        return end;
    }

    private void ReadLine(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } entry
                && entry.TryGetProperty(Key, out JsonElement key) && key.ValueKind == JsonValueKind.String
                && entry.TryGetProperty(Part, out JsonElement part))
            {
                _parts[key.GetString()!] = part.GetRawText();
            }
        }
        catch (JsonException)
        {
            // Torn or damaged: the part is computed again.
        }
    }

    private void GiveUp(string reason)
    {
        Fault ??= reason;
        Dispose();
        (_file, _lock) = (null, null);
    }
}
