using System.Globalization;

namespace Backflow.Engine.Verification;

/// <summary>Recorded tensors and metadata, read with their shapes checked.</summary>
internal sealed class Fixture(
    IReadOnlyDictionary<string, FixtureTensor> tensors, IReadOnlyDictionary<string, string> metadata)
{
    /// <summary>A positive number of the metadata.</summary>
    public int Size(string key, int? fallback = null)
    {
        if (!metadata.TryGetValue(key, out string? text))
        {
            return fallback ?? throw new InvalidDataException($"The metadata lack '{key}'.");
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= 1
            ? value
            : throw new InvalidDataException(
                $"The metadata say {key} = '{text}'; expected a whole number of at least 1.");
    }

    /// <summary>A word of the metadata.</summary>
    public string Text(string key) =>
        metadata.TryGetValue(key, out string? text) && text is not null
            ? text
            : throw new InvalidDataException($"The metadata lack '{key}'.");

    /// <summary>Whether a tensor was recorded.</summary>
    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>The entries of a tensor that must have a shape.</summary>
    public double[] Take(string name, params ReadOnlySpan<int> shape)
    {
        if (!tensors.TryGetValue(name, out FixtureTensor? tensor) || tensor is null)
        {
            throw new InvalidDataException($"The tensor '{name}' is missing.");
        }

        long count = 1;
        bool matches = !tensor.Shape.IsDefault && tensor.Shape.Length == shape.Length;
        for (int i = 0; matches && i < shape.Length; i++)
        {
            matches = tensor.Shape[i] == shape[i];
            count *= shape[i];
        }

        if (!matches)
        {
            string actual = tensor.Shape.IsDefault ? "" : string.Join(", ", tensor.Shape);
            throw new InvalidDataException(
                $"The tensor '{name}' has shape [{actual}]; expected [{string.Join(", ", shape.ToArray())}].");
        }

        if (tensor.Values.Length != count)
        {
            throw new InvalidDataException(
                $"The tensor '{name}' has {tensor.Values.Length} entries; its shape has {count}.");
        }

        double[] values = tensor.Values.ToArray();
        int nonFinite = Array.FindIndex(values, static value => !double.IsFinite(value));
        return nonFinite < 0
            ? values
            : throw new InvalidDataException(
                $"The tensor '{name}' holds {values[nonFinite]} at entry {nonFinite}; recorded numbers are finite.");
    }
}
