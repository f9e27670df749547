using System.Collections.Immutable;
using System.Text.Json;

namespace Backflow.Tensors;

/// <summary>The header of a safetensors file, read with suspicion.</summary>
internal static class SafetensorsHeader
{
    /// <summary>The longest header that the format allows.</summary>
    public const long MaximumLength = 100_000_000;

    /// <summary>The key under which a header keeps text about the file.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>Reads a header and holds it against the length of the data behind it.</summary>
    /// <param name="json">The header without its length.</param>
    /// <param name="dataLength">The bytes behind the header.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <returns>The entries in the order of their data, and the metadata.</returns>
    /// <exception cref="TensorFileException">A rule of the format is broken.</exception>
    public static (ImmutableArray<TensorEntry> Entries, ImmutableDictionary<string, string> Metadata) Parse(
        ReadOnlyMemory<byte> json, long dataLength, string file)
    {
        if (json.IsEmpty || json.Span[0] != (byte)'{')
        {
            throw Violation(file, "its header does not begin with '{'");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            ImmutableDictionary<string, string> metadata = ImmutableDictionary<string, string>.Empty;
            List<TensorEntry> entries = [];
            foreach (JsonProperty property in UniqueProperties(document.RootElement, "the header", file))
            {
                if (property.NameEquals(MetadataKey))
                {
                    metadata = ParseMetadata(property.Value, file);
                }
                else
                {
                    entries.Add(ParseEntry(property, file));
                }
            }

            entries.Sort((left, right) => (left.Begin, left.End).CompareTo((right.Begin, right.End)));
            VerifyCover(entries, dataLength, file);
            return ([.. entries], metadata);
        }
        catch (JsonException failure)
        {
            throw Violation(file, $"its header is not valid JSON ({failure.Message})");
        }
        catch (InvalidOperationException failure)
        {
            // A name or text with half a surrogate pair, which is valid JSON and no text.
            throw Violation(file, $"its header has a string that is no text ({failure.Message})");
        }
    }

    /// <summary>The exception for a broken rule.</summary>
    public static TensorFileException Violation(string file, string fact) =>
        new($"{file} is not a valid safetensors file: {fact}.");

    private static ImmutableDictionary<string, string> ParseMetadata(JsonElement element, string file)
    {
        RequireKind(element, JsonValueKind.Object, MetadataKey, file);
        ImmutableDictionary<string, string>.Builder metadata = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (JsonProperty property in UniqueProperties(element, MetadataKey, file))
        {
            RequireKind(property.Value, JsonValueKind.String, $"{MetadataKey}.{property.Name}", file);
            metadata.Add(property.Name, property.Value.GetString()!);
        }

        return metadata.ToImmutable();
    }

    private static TensorEntry ParseEntry(JsonProperty property, string file)
    {
        string name = property.Name;
        RequireKind(property.Value, JsonValueKind.Object, $"tensor {name}", file);
        Dictionary<string, JsonElement> fields = [];
        foreach (JsonProperty field in UniqueProperties(property.Value, $"tensor {name}", file))
        {
            fields.Add(field.Name, field.Value);
        }

        if (fields.Count != 3
            || !fields.TryGetValue("dtype", out JsonElement dtype)
            || !fields.TryGetValue("shape", out JsonElement shapeElement)
            || !fields.TryGetValue("data_offsets", out JsonElement offsetsElement))
        {
            throw Violation(file, $"tensor {name} needs dtype, shape and data_offsets, and nothing else");
        }

        RequireKind(dtype, JsonValueKind.String, $"dtype of tensor {name}", file);
        if (!TensorElement.TryParse(dtype.GetString()!, out TensorDataType type))
        {
            throw Violation(
                file, $"tensor {name} has the dtype '{dtype.GetString()}'; known are {TensorElement.AllNames}");
        }

        ImmutableArray<long> shape = Numbers(shapeElement, $"shape of tensor {name}", file);
        ImmutableArray<long> offsets = Numbers(offsetsElement, $"data_offsets of tensor {name}", file);
        if (offsets.Length != 2 || offsets[1] < offsets[0])
        {
            throw Violation(
                file, $"tensor {name} has the data_offsets [{string.Join(", ", offsets)}], which are no begin and end");
        }

        if (TensorElement.ByteCount(type, shape) != offsets[1] - offsets[0])
        {
            throw Violation(
                file,
                $"tensor {name} spans {offsets[1] - offsets[0]} bytes, which is not {TensorElement.Name(type)} "
                + $"[{string.Join(", ", shape)}]");
        }

        return new TensorEntry(name, type, shape, offsets[0], offsets[1]);
    }

    // Every byte of the data belongs to exactly one tensor: nothing hidden, nothing shared, nothing missing.
    private static void VerifyCover(List<TensorEntry> entries, long dataLength, string file)
    {
        long covered = 0;
        foreach (TensorEntry entry in entries)
        {
            if (entry.Begin != covered)
            {
                throw Violation(
                    file,
                    $"tensor {entry.Name} begins at byte {entry.Begin} of the data, "
                    + $"and the one before it ends at {covered}: "
                    + (entry.Begin < covered ? "they overlap" : "there is a hole"));
            }

            covered = entry.End;
        }

        if (covered != dataLength)
        {
            throw Violation(
                file,
                $"its tensors need {covered} bytes of data and it has {dataLength}: it was "
                + (dataLength < covered ? "cut short" : "made longer"));
        }
    }

    private static IEnumerable<JsonProperty> UniqueProperties(JsonElement element, string where, string file)
    {
        HashSet<string> names = [];
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!names.Add(property.Name))
            {
                throw Violation(file, $"{where} has the key '{property.Name}' twice");
            }

            yield return property;
        }
    }

    private static ImmutableArray<long> Numbers(JsonElement element, string what, string file)
    {
        RequireKind(element, JsonValueKind.Array, what, file);
        ImmutableArray<long>.Builder numbers = ImmutableArray.CreateBuilder<long>();
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long number) || number < 0)
            {
                throw Violation(file, $"{what} has the element {item.GetRawText()}, which is no number of anything");
            }

            numbers.Add(number);
        }

        return numbers.ToImmutable();
    }

    private static void RequireKind(JsonElement element, JsonValueKind kind, string what, string file)
    {
        if (element.ValueKind != kind)
        {
            throw Violation(file, $"{what} is of JSON kind {element.ValueKind} and must be {kind}");
        }
    }
}
