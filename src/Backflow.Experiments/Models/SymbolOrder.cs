using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Backflow.Engine;
using Backflow.Exchange;
using Backflow.Tensors;
using Backflow.Training;
using Backflow.Training.Tasks;

namespace Backflow.Experiments.Models;

/// <summary>Which character each symbol of another program's network is.</summary>
/// <remarks>
/// Here a vocabulary is sorted by code points, as <c>sorted(set(text))</c> of Python is. A network of another order has
/// its rows of embedding and head moved, so that it says of every character what it said before.
/// </remarks>
public sealed class SymbolOrder
{
    private const int LargestFile = 1 << 24;

    private readonly string _file;
    private readonly ImmutableArray<Rune> _symbols;

    private SymbolOrder(string file, ImmutableArray<Rune> symbols)
    {
        _file = file;
        _symbols = symbols;
    }

    /// <summary>Reads a vocabulary.</summary>
    /// <param name="path">
    /// A JSON file: an array of characters in the order of their numbers, or an object that gives each its number.
    /// </param>
    /// <returns>The order.</returns>
    /// <exception cref="ExperimentException">It is no such file.</exception>
    public static SymbolOrder Read(string path)
    {
        string name = Path.GetFileName(path);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: 0 or > LargestFile })
            {
                throw Mistake(name, "it is empty, larger than 16 MB, or no file");
            }

            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            ImmutableArray<string?> texts = json.RootElement.ValueKind switch
            {
                JsonValueKind.Array => [.. json.RootElement.EnumerateArray().Select(static one => one.GetString())],
                JsonValueKind.Object when json.RootElement.EnumerateObject().Any(
                    static one => one.Value.ValueKind == JsonValueKind.String) => ByNumber(json.RootElement, name),
                JsonValueKind.Object => InOrder(json.RootElement, name),
                _ => throw Mistake(name, "it holds neither an array nor an object"),
            };
            return new SymbolOrder(name, Runes(texts, name));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            throw Mistake(name, "it is no JSON of characters", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(
                $"The vocabulary {name} could not be read ({failure.Message}).",
                "Check its name, and that it is yours to read.",
                failure);
        }
    }

    /// <summary>The characters, in the order of code points.</summary>
    internal Vocabulary Vocabulary => Vocabulary.FromText(string.Concat(_symbols));

    /// <summary>Throws where the network knows another number of symbols.</summary>
    internal void RequireCount(int symbols)
    {
        if (symbols != _symbols.Length)
        {
            throw new ExperimentException(
                $"{_file} has {_symbols.Length} characters, and the network knows {symbols} symbols.",
                "Give the vocabulary that it was trained with.");
        }
    }

    /// <summary>Puts the symbols of a network into the order of a vocabulary.</summary>
    /// <param name="network">Reads and answers symbols in this order.</param>
    /// <param name="vocabulary">The characters, in their order here.</param>
    /// <returns>The network with moved rows.</returns>
    internal ExchangedNetwork Apply(ExchangedNetwork network, Vocabulary vocabulary)
    {
        // Row k of the new tensor is the row that the k-th character had.
        int[] from = [.. vocabulary.Runes.Select(rune => _symbols.IndexOf(rune))];
        return network with
        {
            Parameters = [.. network.Parameters.Select(tensor => Moved(tensor, network.Options, from))],
        };
    }

    private static Tensor Moved(Tensor tensor, NetworkOptions options, int[] from)
    {
        bool isMoved = (tensor.Name == "embedding.weight" && options.VocabularySize == from.Length)
            || (tensor.Name is "head.weight" or "head.bias" && options.OutputSize == from.Length);
        if (!isMoved)
        {
            return tensor;
        }

        float[] values = tensor.ToSingles();
        int width = values.Length / from.Length;
        float[] moved = new float[values.Length];
        for (int row = 0; row < from.Length; row++)
        {
            values.AsSpan(from[row] * width, width).CopyTo(moved.AsSpan(row * width));
        }

        return Tensor.FromSingles(tensor.Name, tensor.Shape, moved);
    }

    // {"0": "a", …}, as json.dump writes a dictionary of numbers.
    private static ImmutableArray<string?> ByNumber(JsonElement characters, string file)
    {
        SortedDictionary<int, string?> byNumber = [];
        foreach (JsonProperty one in characters.EnumerateObject())
        {
            if (!int.TryParse(one.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                || !byNumber.TryAdd(number, one.Value.GetString()))
            {
                throw Mistake(file, $"'{one.Name}' is no number of its own");
            }
        }

        return byNumber.Keys.Last() == byNumber.Count - 1
            ? [.. byNumber.Values]
            : throw Mistake(file, $"its {byNumber.Count} characters are not numbered from 0 to {byNumber.Count - 1}");
    }

    private static ImmutableArray<string?> InOrder(JsonElement numbers, string file)
    {
        SortedDictionary<int, string> byNumber = [];
        foreach (JsonProperty one in numbers.EnumerateObject())
        {
            if (!byNumber.TryAdd(one.Value.GetInt32(), one.Name))
            {
                throw Mistake(file, $"two characters have the number {one.Value.GetInt32()}");
            }
        }

        return byNumber.Keys.First() == 0 && byNumber.Keys.Last() == byNumber.Count - 1
            ? [.. byNumber.Values]
            : throw Mistake(file, $"its {byNumber.Count} characters are not numbered from 0 to {byNumber.Count - 1}");
    }

    private static ImmutableArray<Rune> Runes(ImmutableArray<string?> texts, string file)
    {
        if (texts.IsEmpty)
        {
            throw Mistake(file, "it is empty");
        }

        HashSet<Rune> known = [];
        ImmutableArray<Rune>.Builder runes = ImmutableArray.CreateBuilder<Rune>(texts.Length);
        foreach (string? text in texts)
        {
            if (text is null || !Rune.TryGetRuneAt(text, 0, out Rune rune) || rune.Utf16SequenceLength != text.Length)
            {
                throw Mistake(file, $"symbol {runes.Count} is not one character");
            }

            if (!known.Add(rune))
            {
                throw Mistake(file, $"symbol {runes.Count}, U+{rune.Value:X4}, was there before");
            }

            runes.Add(rune);
        }

        return runes.ToImmutable();
    }

    private static ExperimentException Mistake(string file, string fact, Exception? cause = null) => new(
        $"{file} is no vocabulary: {fact}.",
        "Write it with json.dump([character, …]) in the order of their numbers, or as an object that gives each "
            + "character its number.",
        cause);
}
