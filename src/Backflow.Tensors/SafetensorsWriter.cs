using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Backflow.Tensors;

/// <summary>Writes safetensors: the same tensors and metadata always give the same bytes.</summary>
internal static class SafetensorsWriter
{
    private const int HeaderAlignment = 8;

    public static void Write(
        Stream stream, IEnumerable<Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        // The widest elements first, so that each tensor is aligned to its own element.
        Tensor[] ordered =
        [
            .. tensors
                .OrderByDescending(tensor => TensorElement.Bytes(tensor.DataType))
                .ThenBy(tensor => tensor.Name, StringComparer.Ordinal),
        ];
        RequireUniqueNames(ordered);
        byte[] header = Header(ordered, metadata);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (Tensor tensor in ordered)
        {
            stream.Write(tensor.Data.Span);
        }
    }

    private static void RequireUniqueNames(Tensor[] tensors)
    {
        HashSet<string> names = [SafetensorsHeader.MetadataKey];
        foreach (Tensor tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"Two tensors cannot both be called '{tensor.Name}'.", nameof(tensors));
            }
        }
    }

    private static byte[] Header(Tensor[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using MemoryStream buffer = new();
        // Relaxed: only HTML needs the rest of the escapes, and names stay readable in a hex dump.
        JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (Utf8JsonWriter writer = new(buffer, options))
        {
            writer.WriteStartObject();
            WriteMetadata(writer, metadata);
            long offset = 0;
            foreach (Tensor tensor in tensors)
            {
                WriteEntry(writer, tensor, offset);
                offset += tensor.Data.Length;
            }

            writer.WriteEndObject();
        }

        while (buffer.Length % HeaderAlignment != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.Length <= SafetensorsHeader.MaximumLength
            ? buffer.ToArray()
            : throw new ArgumentException(
                $"The header has {buffer.Length} bytes; expected at most {SafetensorsHeader.MaximumLength}.",
                nameof(metadata));
    }

    private static void WriteMetadata(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter writer, Tensor tensor, long offset)
    {
        writer.WriteStartObject(tensor.Name);
        writer.WriteString("dtype", TensorElement.Name(tensor.DataType));
        writer.WriteStartArray("shape");
        foreach (long dimension in tensor.Shape)
        {
            writer.WriteNumberValue(dimension);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(offset);
        writer.WriteNumberValue(offset + tensor.Data.Length);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
