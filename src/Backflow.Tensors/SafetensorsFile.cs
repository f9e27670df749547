using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Backflow.Tensors;

/// <summary>The content of a safetensors file: named tensors, and text about them.</summary>
/// <remarks>
/// The format is that of https://github.com/huggingface/safetensors: a header length of 8 bytes, a header in JSON, and
/// the data. Every rule of it is verified on reading; docs/decisions/safetensors.md says why this reader is ours.
/// </remarks>
public sealed class SafetensorsFile
{
    private const int NamedTensors = 20;

    private readonly string _file;
    private readonly Dictionary<string, Tensor> _byName;

    private SafetensorsFile(
        string file, ImmutableArray<Tensor> tensors, ImmutableDictionary<string, string> metadata)
    {
        _file = file;
        _byName = tensors.ToDictionary(static tensor => tensor.Name, StringComparer.Ordinal);
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>The tensors, in the order of their data.</summary>
    public ImmutableArray<Tensor> Tensors { get; }

    /// <summary>Text about the file; empty where it has none.</summary>
    public ImmutableDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of a name.</summary>
    /// <param name="name">The name as the file has it, upper and lower case told apart.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="TensorFileException">The file has no such tensor.</exception>
    public Tensor Find(string name) => Look(name)
        ?? throw new TensorFileException($"{_file} has no tensor '{name}'; it has {ListNames()}.");

    /// <summary>The tensor of a name, where the file has it.</summary>
    /// <param name="name">The name as the file has it, upper and lower case told apart.</param>
    /// <returns>The tensor; null where there is none.</returns>
    public Tensor? Look(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allocate">Gives an array of as many bytes for a tensor; null for new ones.</param>
    /// <returns>Its content, in memory of its own.</returns>
    /// <exception cref="TensorFileException">
    /// A rule of the format is broken; the message names the file and the fact.
    /// </exception>
    /// <exception cref="TensorFileException">The file is not there or cannot be read.</exception>
    public static SafetensorsFile Read(string path, Func<int, byte[]>? allocate = null)
    {
        try
        {
            // Opening a pipe waits for a writer; pipes and devices have no length.
            if (new FileInfo(path) is { Exists: true, Length: 0 })
            {
                throw SafetensorsHeader.Violation(path, "it is empty, or no file but a pipe or a device");
            }

            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Read(stream, stream.Length, path, allocate);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TensorFileException(
                $"{path} could not be read ({failure.Message}); check its name and that it is yours to read.", failure);
        }
    }

    /// <summary>Writes tensors and text about them; equal contents give equal bytes.</summary>
    /// <param name="stream">Written from its present position on; not closed.</param>
    /// <param name="tensors">The tensors, in any order, of different names.</param>
    /// <param name="metadata">Text about them; null for none.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or the header grows too long.</exception>
    public static void Write(
        Stream stream, IEnumerable<Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        SafetensorsWriter.Write(stream, tensors, metadata ?? ImmutableDictionary<string, string>.Empty);

    /// <summary>Reads a stream of known length from its beginning to its end, front to back.</summary>
    /// <param name="stream">The content of a file.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="file">What messages call it.</param>
    /// <returns>Its content, in memory of its own.</returns>
    /// <exception cref="TensorFileException">A rule of the format is broken.</exception>
    public static SafetensorsFile Read(Stream stream, long length, string file) =>
        Read(stream, length, file, allocate: null);

    private static SafetensorsFile Read(Stream stream, long length, string file, Func<int, byte[]>? allocate)
    {
        (ImmutableArray<TensorEntry> entries, ImmutableDictionary<string, string> metadata) =
            ReadHeader(stream, length, file);
        return new SafetensorsFile(
            file, [.. entries.Select(entry => ReadTensor(stream, entry, file, allocate))], metadata);
    }

    /// <summary>Reads what a file says about itself, and none of its tensors.</summary>
    /// <param name="stream">The content of a file.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="file">What messages call it.</param>
    /// <returns>Keys and texts; empty where there are none.</returns>
    /// <exception cref="TensorFileException">A rule of the format is broken.</exception>
    public static ImmutableDictionary<string, string> ReadMetadata(Stream stream, long length, string file) =>
        ReadHeader(stream, length, file).Metadata;

    private static (ImmutableArray<TensorEntry> Entries, ImmutableDictionary<string, string> Metadata) ReadHeader(
        Stream stream, long length, string file)
    {
        if (length < sizeof(ulong))
        {
            throw SafetensorsHeader.Violation(
                file, $"it has {length} bytes, and the length of the header alone takes 8");
        }

        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        ReadExactly(stream, prefix, file);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > SafetensorsHeader.MaximumLength)
        {
            throw SafetensorsHeader.Violation(
                file, $"its header claims {headerLength} bytes, and {SafetensorsHeader.MaximumLength} are allowed");
        }

        long dataLength = length - sizeof(ulong) - (long)headerLength;
        if (dataLength < 0)
        {
            throw SafetensorsHeader.Violation(
                file,
                $"its header claims {headerLength} bytes, "
                + $"and the file has only {length - sizeof(ulong)} after its length");
        }

        byte[] header = new byte[headerLength];
        ReadExactly(stream, header, file);
        return SafetensorsHeader.Parse(header, dataLength, file);
    }

    private string ListNames()
    {
        string names = string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal).Take(NamedTensors));
        return Tensors.IsEmpty ? "none"
            : Tensors.Length > NamedTensors ? $"{names} and {Tensors.Length - NamedTensors} more"
            : names;
    }

    private static Tensor ReadTensor(Stream stream, TensorEntry entry, string file, Func<int, byte[]>? allocate)
    {
        long length = entry.End - entry.Begin;
        if (length > Array.MaxLength)
        {
            throw new TensorFileException(
                $"{file}: tensor {entry.Name} has {length} bytes, and this build reads at most {Array.MaxLength} per "
                + "tensor; cut it in two.");
        }

        byte[] data = length == 0 ? []
            : allocate?.Invoke((int)length) ?? GC.AllocateUninitializedArray<byte>((int)length);
        ReadExactly(stream, data, file);
        return new Tensor(entry.Name, entry.DataType, entry.Shape, data);
    }

    private static void ReadExactly(Stream stream, Span<byte> destination, string file)
    {
        try
        {
            stream.ReadExactly(destination);
        }
        catch (EndOfStreamException)
        {
            throw SafetensorsHeader.Violation(file, "it became shorter while it was read");
        }
    }
}
