using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Backflow.Exchange.PyTorch;

/// <summary>The zip file that torch.save writes: data.pkl and data/N in one folder of any name.</summary>
/// <remarks>
/// What an entry will take is known before it is read. All entries together may take
/// <see cref="MostBytesPerFileByte"/> times the file and <see cref="FreeBytes"/> more: PyTorch stores its entries, and
/// other writers compress them, but weights compress little.
/// </remarks>
internal sealed class StateDictArchive : IDisposable
{
    /// <summary>The most bytes of all entries for each byte of the file.</summary>
    public const int MostBytesPerFileByte = 32;

    /// <summary>Bytes that any file may expand to.</summary>
    public const long FreeBytes = 64_000_000;

    private const int MostEntries = 200_000;
    private const string Pickle = "data.pkl";
    private const string SaveModuleStateDict =
        "Load it with torch.jit.load in Python, and save its parameters alone: torch.save(module.state_dict(), "
        + "\"model.pt\").";

    private readonly ZipArchive _zip;
    private readonly Refusals _refusals;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly string _folder = "";

    /// <summary>Opens an archive and looks at all of its entries.</summary>
    /// <param name="stream">Its bytes; stays open.</param>
    /// <param name="refusals">What is said of it.</param>
    public StateDictArchive(Stream stream, Refusals refusals)
    {
        _refusals = refusals;
        ZipArchive? zip = null;
        try
        {
            zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            AddEntries(zip, stream.Length);
            _folder = Folder();
            RequireStateDict();
            _zip = zip;
            zip = null;
        }
        catch (Exception failure) when (IsDamage(failure))
        {
            throw Damaged(failure);
        }
        finally
        {
            zip?.Dispose();
        }
    }

    /// <summary>The bytes of all entries together, as the archive states them.</summary>
    public long TotalLength { get; private set; }

    /// <summary>The pickle with everything but the numbers of the tensors.</summary>
    public byte[] ReadPickle()
    {
        ZipArchiveEntry entry = _entries[_folder + Pickle];
        return entry.Length <= Unpickler.MaximumLength ? Read(entry) : throw _refusals.TooLarge(
            $"its data.pkl has {entry.Length} bytes, and {Unpickler.MaximumLength} are read");
    }

    /// <summary>The bytes of a storage.</summary>
    /// <param name="key">Its name in the folder data.</param>
    /// <param name="length">The bytes that it has to have.</param>
    public byte[] ReadStorage(string key, Int128 length)
    {
        if (!_entries.TryGetValue($"{_folder}data/{key}", out ZipArchiveEntry? entry))
        {
            throw _refusals.Damaged($"it has no storage {Refusals.Quoted(key)}");
        }

        if (entry.Length != length)
        {
            throw _refusals.Damaged(
                $"its storage {Refusals.Quoted(key)} has {entry.Length} bytes, and its pickle says {length}");
        }

        return Read(entry);
    }

    /// <inheritdoc/>
    public void Dispose() => _zip.Dispose();

    private static bool IsDamage(Exception failure) => failure is InvalidDataException or EndOfStreamException
        or NotSupportedException or ArgumentException or OverflowException;

    private void AddEntries(ZipArchive zip, long fileLength)
    {
        Int128 total = 0;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            total += entry.Length;
            if (entry.Length < 0 || !_entries.TryAdd(entry.FullName, entry))
            {
                throw _refusals.Damaged($"it has two entries {Refusals.Quoted(entry.FullName)}");
            }

            if (_entries.Count > MostEntries)
            {
                throw _refusals.TooLarge($"it has more than {MostEntries} entries");
            }
        }

        Int128 most = FreeBytes + ((Int128)fileLength * MostBytesPerFileByte);
        if (total > most)
        {
            throw _refusals.TooLarge($"its {fileLength} bytes unpack to {total}, and {most} are allowed");
        }

        TotalLength = (long)total;
    }

    private string Folder()
    {
        string[] folders =
        [
            .. _entries.Keys.Where(static name => name.EndsWith("/" + Pickle, StringComparison.Ordinal)
                    && name.IndexOf('/', StringComparison.Ordinal) == name.Length - Pickle.Length - 1)
                .Select(static name => name[..^Pickle.Length]),
        ];
        return folders.Length == 1 ? folders[0] : throw _refusals.OtherKind(
            folders.Length == 0 ? "a zip file without the data.pkl of PyTorch" : "a zip file with several data.pkl",
            Refusals.SaveStateDict);
    }

    private void RequireStateDict()
    {
        if (_entries.ContainsKey(_folder + "constants.pkl")
            || _entries.Keys.Any(name => name.StartsWith(_folder + "code/", StringComparison.Ordinal)))
        {
            throw _refusals.OtherKind("a TorchScript archive", SaveModuleStateDict);
        }

        if (_entries.TryGetValue(_folder + "byteorder", out ZipArchiveEntry? order)
            && order.Length < Refusals.SaveStateDict.Length
            && Encoding.UTF8.GetString(Read(order)) is string text && text.Trim() != "little")
        {
            throw _refusals.OtherKind(
                $"of the byte order {Refusals.Quoted(text)}", "Save it on a little-endian machine.");
        }
    }

    private byte[] Read(ZipArchiveEntry entry)
    {
        if (entry.Length > Array.MaxLength)
        {
            throw _refusals.TooLarge(
                $"its entry {Refusals.Quoted(entry.FullName)} has {entry.Length} bytes, "
                + $"and {Array.MaxLength} are read");
        }

        try
        {
            using Stream stream = entry.Open();
            byte[] bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            return stream.ReadByte() < 0 && Crc32.HashToUInt32(bytes) == entry.Crc32 ? bytes : throw _refusals.Damaged(
                $"its entry {Refusals.Quoted(entry.FullName)} does not have the checksum that is stated for it");
        }
        catch (Exception failure) when (IsDamage(failure))
        {
            throw Damaged(failure);
        }
    }

    private ExchangeException Damaged(Exception failure) =>
        _refusals.Damaged($"its zip archive cannot be read ({failure.Message.TrimEnd('.')})", failure);
}
