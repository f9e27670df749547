using System.Text.Json;

namespace Backflow.Exchange.TensorFlowJs;

/// <summary>An object of a model's JSON. A key that is missing and one that is null both mean the default.</summary>
/// <param name="json">The object.</param>
/// <param name="refusals">What is said of values of another kind.</param>
internal readonly struct ModelConfig(JsonElement json, ModelRefusals refusals)
{
    /// <summary>What is said of the model.</summary>
    public ModelRefusals Refusals => refusals;

    /// <summary>An object within.</summary>
    public ModelConfig Object(string key) =>
        LookObject(key) ?? throw refusals.Damaged($"it has no object '{key}' where one belongs");

    /// <summary>An object within; null where there is none.</summary>
    public ModelConfig? LookObject(string key) => Look(key) is { ValueKind: JsonValueKind.Object } value
        ? new ModelConfig(value, refusals)
        : null;

    /// <summary>The objects of a list.</summary>
    public IEnumerable<ModelConfig> Objects(string key)
    {
        ModelRefusals said = refusals;
        return List(key).Select(item => item.ValueKind == JsonValueKind.Object
            ? new ModelConfig(item, said)
            : throw said.Damaged($"'{key}' holds something else than objects"));
    }

    /// <summary>The elements of a list.</summary>
    public IEnumerable<JsonElement> List(string key) => Look(key) is { ValueKind: JsonValueKind.Array } value
        ? value.EnumerateArray()
        : throw refusals.Damaged($"it has no list '{key}' where one belongs");

    /// <summary>Whether there is a list.</summary>
    public bool HasList(string key) => Look(key) is { ValueKind: JsonValueKind.Array };

    /// <summary>Text.</summary>
    public string Text(string key) =>
        LookText(key) ?? throw refusals.Damaged($"it has no text '{key}' where one belongs");

    /// <summary>Text; null where there is none.</summary>
    public string? LookText(string key) => Look(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw refusals.Damaged($"'{key}' is no text"),
    };

    /// <summary>True or false.</summary>
    public bool Flag(string key, bool otherwise) => Look(key) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw refusals.Damaged($"'{key}' is neither true nor false"),
    };

    /// <summary>A whole number from 1 to a million.</summary>
    public int Size(string key) =>
        Look(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int size)
            && size is >= 1 and <= 1_000_000
            ? size
            : throw refusals.Damaged($"'{key}' is no whole number from 1 to 1000000");

    /// <summary>Whether a number is there and not 0.</summary>
    public bool IsAboveZero(string key) =>
        Look(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out double number) && number > 0;

    private JsonElement? Look(string key) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out JsonElement value)
            && value.ValueKind != JsonValueKind.Null
            ? value
            : null;
}
