using System.Collections.Immutable;
using System.Text.Json;

namespace Backflow.Tensors;

/// <summary>The header of a safetensors file, read with suspicion.</summary>
/// <remarks>
/// Read token by token and never as a tree: a tree of a header of brackets or zeros takes many times its bytes. With
/// the limits below a header costs at most 100 MB and a second, whatever is in it.
/// </remarks>
internal ref struct SafetensorsHeader
{
    /// <summary>The longest header that is read or written, in bytes. The format allows 100 MB; a model of ten thousand
    /// tensors needs one.</summary>
    public const long MaximumLength = 16_000_000;

    /// <summary>The most tensors of a file.</summary>
    public const int MaximumTensors = 100_000;

    /// <summary>The most keys of text about a file.</summary>
    public const int MaximumKeys = 10_000;

    /// <summary>The most dimensions of a tensor: PyTorch's.</summary>
    public const int MaximumRank = 64;

    /// <summary>The key under which a header keeps text about the file.</summary>
    public const string MetadataKey = "__metadata__";

    private const int LongestQuote = 100;

    private readonly string _file;
    private readonly List<TensorEntry> _entries = [];
    private readonly ImmutableDictionary<string, string>.Builder _metadata =
        ImmutableDictionary.CreateBuilder<string, string>();
    private Utf8JsonReader _json;

    private SafetensorsHeader(ReadOnlySpan<byte> json, string file)
    {
        _json = new Utf8JsonReader(json);
        _file = file;
    }

    /// <summary>Reads a header and holds it against the length of the data behind it.</summary>
    /// <param name="json">The header without its length.</param>
    /// <param name="dataLength">The bytes behind the header.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <returns>The entries in the order of their data, and the metadata.</returns>
    /// <exception cref="TensorFileException">A rule of the format is broken.</exception>
    public static (ImmutableArray<TensorEntry> Entries, ImmutableDictionary<string, string> Metadata) Parse(
        ReadOnlySpan<byte> json, long dataLength, string file)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw Violation(file, "its header does not begin with '{'");
        }

        SafetensorsHeader header = new(json, file);
        try
        {
            header.ReadAll();
        }
        catch (JsonException failure)
        {
            throw Violation(file, $"its header is not valid JSON ({Clipped(failure.Message)})");
        }
        catch (InvalidOperationException failure)
        {
            // A name or text with half a surrogate pair, which is valid JSON and no text.
            throw Violation(file, $"its header has a string that is no text ({failure.Message})");
        }

        header._entries.Sort((left, right) => (left.Begin, left.End).CompareTo((right.Begin, right.End)));
        header.VerifyCover(dataLength);
        return ([.. header._entries], header._metadata.ToImmutable());
    }

    /// <summary>The exception for a broken rule.</summary>
    public static TensorFileException Violation(string file, string fact) =>
        new($"{file} is not a valid safetensors file: {fact}.");

    private void ReadAll()
    {
        _json.Read();
        HashSet<string> names = [];
        while (NextKey(names, "the header") is string name)
        {
            _json.Read();
            if (name == MetadataKey)
            {
                ReadMetadata();
            }
            else
            {
                ReadEntry(name);
                RequireAtMost(MaximumTensors, _entries.Count, "its header", "tensors");
            }
        }

        // Nothing but spaces may follow.
        _json.Read();
    }

    private void ReadMetadata()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            throw OtherKind(JsonTokenType.StartObject, MetadataKey);
        }

        HashSet<string> names = [];
        while (NextKey(names, MetadataKey) is string name)
        {
            _json.Read();
            if (_json.TokenType != JsonTokenType.String)
            {
                throw OtherKind(JsonTokenType.String, $"{MetadataKey}.{name}");
            }

            _metadata.Add(name, _json.GetString()!);
            RequireAtMost(MaximumKeys, _metadata.Count, MetadataKey, "keys");
        }
    }

    private void ReadEntry(string name)
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            throw OtherKind(JsonTokenType.StartObject, Tensor(name));
        }

        TensorDataType? type = null;
        ImmutableArray<long>? shape = null;
        ImmutableArray<long>? offsets = null;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndObject)
        {
            if (_json.ValueTextEquals("dtype"u8))
            {
                RequireFirst(type is null, name, "dtype");
                type = ReadType(name);
            }
            else if (_json.ValueTextEquals("shape"u8))
            {
                RequireFirst(shape is null, name, "shape");
                shape = ReadNumbers(name, "shape");
            }
            else if (_json.ValueTextEquals("data_offsets"u8))
            {
                RequireFirst(offsets is null, name, "data_offsets");
                offsets = ReadNumbers(name, "data_offsets");
            }
            else
            {
                throw Fields(name);
            }
        }

        _entries.Add(Entry(
            name, type ?? throw Fields(name), shape ?? throw Fields(name), offsets ?? throw Fields(name)));
    }

    private readonly TensorEntry Entry(
        string name, TensorDataType type, ImmutableArray<long> shape, ImmutableArray<long> offsets)
    {
        if (offsets.Length != 2 || offsets[1] < offsets[0])
        {
            throw Violation(
                _file,
                $"{Tensor(name)} has the data_offsets [{string.Join(", ", offsets)}], which are no begin and end");
        }

        return TensorElement.ByteCount(type, shape.AsSpan()) == offsets[1] - offsets[0]
            ? new TensorEntry(name, type, shape, offsets[0], offsets[1])
            : throw Violation(
                _file,
                $"{Tensor(name)} spans {offsets[1] - offsets[0]} bytes, which is not {TensorElement.Name(type)} "
                + $"[{string.Join(", ", shape)}]");
    }

    private readonly TensorFileException Fields(string name) =>
        Violation(_file, $"{Tensor(name)} needs dtype, shape and data_offsets, and nothing else");

    private readonly void RequireFirst(bool isFirst, string name, string field)
    {
        if (!isFirst)
        {
            throw Violation(_file, $"{Tensor(name)} has the key '{field}' twice");
        }
    }

    private TensorDataType ReadType(string name)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.String)
        {
            throw OtherKind(JsonTokenType.String, $"dtype of {Tensor(name)}");
        }

        string dtype = _json.GetString()!;
        return TensorElement.TryParse(dtype, out TensorDataType type)
            ? type
            : throw Violation(
                _file, $"{Tensor(name)} has the dtype '{Clipped(dtype)}'; known are {TensorElement.AllNames}");
    }

    private ImmutableArray<long> ReadNumbers(string name, string field)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            throw OtherKind(JsonTokenType.StartArray, $"{field} of {Tensor(name)}");
        }

        Span<long> numbers = stackalloc long[MaximumRank];
        int count = 0;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out long number) || number < 0)
            {
                throw Violation(
                    _file, $"{field} of {Tensor(name)} has the element {Element()}, which is no number of anything");
            }

            if (count == MaximumRank)
            {
                throw Violation(_file, $"{field} of {Tensor(name)} has more than {MaximumRank} numbers");
            }

            numbers[count++] = number;
        }

        return [.. numbers[..count]];
    }

    // Every byte of the data belongs to exactly one tensor: nothing hidden, nothing shared, nothing missing.
    private readonly void VerifyCover(long dataLength)
    {
        long covered = 0;
        foreach (TensorEntry entry in _entries)
        {
            if (entry.Begin != covered)
            {
                throw Violation(
                    _file,
                    $"{Tensor(entry.Name)} begins at byte {entry.Begin} of the data, and the one before it ends at "
                    + $"{covered}: {(entry.Begin < covered ? "they overlap" : "there is a hole")}");
            }

            covered = entry.End;
        }

        if (covered != dataLength)
        {
            throw Violation(
                _file,
                $"its tensors need {covered} bytes of data and it has {dataLength}: it was "
                + (dataLength < covered ? "cut short" : "made longer"));
        }
    }

    // The next key of the object that is being read; null at its end.
    private string? NextKey(HashSet<string> names, string where)
    {
        if (!_json.Read() || _json.TokenType == JsonTokenType.EndObject)
        {
            return null;
        }

        string name = _json.GetString()!;
        return names.Add(name) ? name : throw Violation(_file, $"{where} has the key '{Clipped(name)}' twice");
    }

    private readonly TensorFileException OtherKind(JsonTokenType kind, string what) => Violation(
        _file, $"{Clipped(what)} is of JSON kind {KindOf(_json.TokenType)} and must be {KindOf(kind)}");

    private readonly void RequireAtMost(int most, int count, string where, string what)
    {
        if (count > most)
        {
            throw Violation(_file, $"{where} has more than {most} {what}");
        }
    }

    private readonly string Element() => _json.TokenType switch
    {
        JsonTokenType.Number => Clipped(System.Text.Encoding.UTF8.GetString(_json.ValueSpan)),
        JsonTokenType.String => $"\"{Clipped(_json.GetString()!)}\"",
        _ => KindOf(_json.TokenType),
    };

    private static string Tensor(string name) => $"tensor {Clipped(name)}";

    private static string KindOf(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "Object",
        JsonTokenType.StartArray => "Array",
        _ => type.ToString(),
    };

    // A name may have millions of characters; a message has not.
    private static string Clipped(string text) =>
        text.Length <= LongestQuote ? text : string.Concat(text.AsSpan(0, LongestQuote), "…");
}
