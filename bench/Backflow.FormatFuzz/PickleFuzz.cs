using System.IO.Compression;
using Backflow.Engine;
using Backflow.Exchange.PyTorch;

namespace Backflow.FormatFuzz;

/// <summary>Damages files of torch.save: half of them as zip files, half inside a whole one.</summary>
internal static class PickleFuzz
{
    private const string Pickle = "/data.pkl";

    // The opcodes that are read: replaced by one another they keep more of a pickle readable than random bytes do.
    private static readonly byte[] Opcodes =
    [
        .. "(.012GJKMNQRX]abcdehjlqrst)u}"u8, 0x80, 0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x93,
        0x94, 0x95, 0, 1, 2, 3, 0xff,
    ];

    /// <summary>Reads a state dict, and the network in it.</summary>
    public static void Read(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        StateDict dict = StateDictFile.Read(stream, "mutated");
        _ = StateDictNetwork.Of(dict);
    }

    /// <summary>Changes the bytes of the zip file, or those of the pickle in it.</summary>
    public static byte[] Mutate(byte[] file, SplittableRandom random) => random.NextInt32(2) == 0
        ? FuzzedFormat.Change(file, 0, file.Length, [], random)
        : WithPickle(file, pickle => FuzzedFormat.Change(pickle, 0, pickle.Length, Opcodes, random));

    /// <summary>An archive with another pickle and all else as it was.</summary>
    /// <param name="file">An archive of torch.save.</param>
    /// <param name="change">Makes a pickle of the old one.</param>
    /// <param name="compression">How the entries are kept.</param>
    public static byte[] WithPickle(
        byte[] file, Func<byte[], byte[]> change, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        using MemoryStream source = new(file);
        using ZipArchive old = new(source, ZipArchiveMode.Read);
        using MemoryStream target = new();
        using (ZipArchive made = new(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in old.Entries)
            {
                byte[] bytes = new byte[entry.Length];
                using (Stream content = entry.Open())
                {
                    content.ReadExactly(bytes);
                }

                using Stream copy = made.CreateEntry(entry.FullName, compression).Open();
                copy.Write(entry.FullName.EndsWith(Pickle, StringComparison.Ordinal) ? change(bytes) : bytes);
            }
        }

        return target.ToArray();
    }
}
