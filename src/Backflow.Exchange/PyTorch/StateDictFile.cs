using System.Buffers.Binary;
using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>Reads state dicts: what torch.save writes, and safetensors files; what a file is, its bytes say.</summary>
/// <remarks>Everything in a file is foreign. Nothing in it is run, and what reading it takes is bounded.</remarks>
public static class StateDictFile
{
    private const int PrefixLength = 16;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, with any ending.</param>
    /// <returns>Its content, in memory of its own.</returns>
    /// <exception cref="ExchangeException">It cannot be read, or holds something else.</exception>
    public static StateDict Read(string path)
    {
        try
        {
            // Opening a pipe waits for a writer; pipes and devices have no length.
            if (new FileInfo(path) is { Exists: true, Length: 0 })
            {
                throw new ExchangeException(
                    $"{path} is empty, or no file but a pipe or a device.", Refusals.SaveStateDict);
            }

            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Read(stream, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ExchangeException(
                $"{path} could not be read ({failure.Message.TrimEnd('.')}).",
                "Check its name and that it is yours to read.",
                failure);
        }
    }

    /// <summary>Reads a stream that can be sought, from its beginning.</summary>
    /// <param name="stream">The content of a file.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>Its content, in memory of its own.</returns>
    /// <exception cref="ExchangeException">It holds something else.</exception>
    public static StateDict Read(Stream stream, string name)
    {
        Refusals refusals = new(name);
        Span<byte> prefix = stackalloc byte[PrefixLength];
        stream.Position = 0;
        int length = stream.ReadAtLeast(prefix, PrefixLength, throwOnEndOfStream: false);
        stream.Position = 0;
        prefix = prefix[..length];
        return prefix.StartsWith("PK\u0003\u0004"u8) ? ReadZip(stream, name, refusals)
            : IsSafetensors(prefix) ? ReadSafetensors(stream, name)
            : throw Unknown(prefix, refusals);
    }

    private static bool IsSafetensors(ReadOnlySpan<byte> prefix) => prefix.Length > sizeof(ulong)
        && prefix[sizeof(ulong)] == (byte)'{'
        && BinaryPrimitives.ReadUInt64LittleEndian(prefix) < int.MaxValue;

    private static StateDict ReadZip(Stream stream, string name, Refusals refusals)
    {
        using StateDictArchive archive = new(stream, refusals);
        object? root = Unpickler.Read(archive.ReadPickle(), refusals);
        return new StateDictWalk(refusals).Read(root, name, new StoredTensors(archive, refusals));
    }

    private static StateDict ReadSafetensors(Stream stream, string name)
    {
        try
        {
            return new StateDict(name, SafetensorsFile.Read(stream, stream.Length, name).Tensors, []);
        }
        catch (TensorFileException failure)
        {
            throw new ExchangeException(failure.Message, "Copy or save the file again.", failure);
        }
    }

    private static ExchangeException Unknown(ReadOnlySpan<byte> prefix, Refusals refusals) =>
        prefix.StartsWith((ReadOnlySpan<byte>)[0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20])
            ? refusals.OtherKind(
                "a file of torch.save from before PyTorch 1.6",
                "Load it in Python and save it again: torch.save(torch.load(\"old.pt\"), \"new.pt\").")
        : prefix.StartsWith((ReadOnlySpan<byte>)[0x80])
            ? refusals.OtherKind("a pickle outside of a zip file", Refusals.SaveStateDict)
        : prefix.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F'])
            ? refusals.OtherKind("an HDF5 file", Refusals.SaveStateDict)
            : refusals.OtherKind("of no kind that is known here", Refusals.SaveStateDict);
}
