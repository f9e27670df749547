using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Backflow.Training.Tasks;

/// <summary>The characters that a model knows: token k is the k-th of them in the order of their code points.</summary>
/// <remarks>A character is a Unicode scalar value: "é" may be one or, decomposed, two; an emoji outside the basic plane
/// is one.</remarks>
public sealed class Vocabulary
{
    /// <summary>
    /// U+FFFD, the replacement character: what unknown characters become, if the vocabulary allows them.
    /// </summary>
    public static readonly Rune UnknownSymbol = Rune.ReplacementChar;

    private const char UnknownMark = '?';

    private readonly Dictionary<int, int> _tokens;

    private Vocabulary(SortedSet<int> codePoints, bool hasUnknownSymbol)
    {
        if (hasUnknownSymbol)
        {
            codePoints.Add(UnknownSymbol.Value);
        }

        Runes = [.. codePoints.Select(codePoint => new Rune(codePoint))];
        _tokens = new Dictionary<int, int>(Runes.Length);
        foreach (Rune rune in Runes)
        {
            _tokens.Add(rune.Value, _tokens.Count);
        }

        UnknownToken = hasUnknownSymbol ? _tokens[UnknownSymbol.Value] : null;
    }

    /// <summary>The characters, ascending: <c>Runes[token]</c> is what a token stands for.</summary>
    public ImmutableArray<Rune> Runes { get; }

    /// <summary>The number of characters, V: at least 1.</summary>
    public int Count => Runes.Length;

    /// <summary>The token that unknown characters become; null where they are an error.</summary>
    public int? UnknownToken { get; }

    /// <summary>The vocabulary of a text.</summary>
    /// <param name="text">At least one character.</param>
    /// <param name="hasUnknownSymbol">Whether U+FFFD is added for characters that the text lacks.</param>
    /// <returns>The distinct characters, sorted.</returns>
    /// <exception cref="ExperimentException">The text is empty or not valid UTF-16.</exception>
    public static Vocabulary FromText(string text, bool hasUnknownSymbol = false) =>
        FromCodePoints(CodePoints.FromString(text, "The text"), hasUnknownSymbol);

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <param name="serialized">Hexadecimal code points between spaces.</param>
    /// <returns>A vocabulary with the same tokens.</returns>
    /// <exception cref="ExperimentException">The string is not a vocabulary.</exception>
    public static Vocabulary Deserialize(string serialized)
    {
        SortedSet<int> codePoints = [];
        int previous = -1;
        bool hasUnknownSymbol = false;
        foreach (string entry in serialized.Split(' '))
        {
            bool isUnknown = entry.EndsWith(UnknownMark);
            string digits = isUnknown ? entry[..^1] : entry;
            if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int codePoint)
                || !Rune.IsValid(codePoint) || codePoint <= previous
                || (isUnknown && codePoint != UnknownSymbol.Value))
            {
                throw new ExperimentException(
                    $"A vocabulary is a list of ascending hexadecimal code points, got '{entry}' in it.",
                    "Use the checkpoint as it was written, or train again.");
            }

            previous = codePoint;
            hasUnknownSymbol |= isUnknown;
            codePoints.Add(codePoint);
        }

        return new Vocabulary(codePoints, hasUnknownSymbol);
    }

    /// <summary>Writes the vocabulary as plain ASCII, for a checkpoint's metadata or a manifest.</summary>
    /// <returns>Code points in hexadecimal between spaces, "FFFD?" for the unknown symbol: "A 20 61 FFFD?".</returns>
    public string Serialize()
    {
        StringBuilder text = new();
        for (int token = 0; token < Count; token++)
        {
            string separator = token == 0 ? "" : " ";
            text.Append(CultureInfo.InvariantCulture, $"{separator}{Runes[token].Value:X}");
            if (token == UnknownToken)
            {
                text.Append(UnknownMark);
            }
        }

        return text.ToString();
    }

    /// <summary>Whether a character has a token of its own.</summary>
    /// <param name="rune">The character.</param>
    /// <returns>False if it would be an error, or become the unknown symbol.</returns>
    public bool Contains(Rune rune) => _tokens.ContainsKey(rune.Value);

    /// <summary>Turns a text into tokens.</summary>
    /// <param name="text">Any text, such as a prompt; may be empty.</param>
    /// <param name="source">What the text is, for the error: "The prompt".</param>
    /// <returns>One token in [0, <see cref="Count"/>) per character.</returns>
    /// <exception cref="ExperimentException">
    /// A character is unknown and the vocabulary has no unknown symbol, or the text is not valid UTF-16.
    /// </exception>
    public int[] Encode(string text, string source = "The text")
    {
        int[] codePoints = CodePoints.FromString(text, source);
        SortedSet<int> unknown = [];
        EncodeInPlace(codePoints, unknown);
        UnknownCharacters.ThrowIfAny(unknown, source, "the text that the model was trained on");
        return codePoints;
    }

    /// <summary>Turns tokens into a text.</summary>
    /// <param name="tokens">Values in [0, <see cref="Count"/>).</param>
    /// <returns>Their characters in order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A token is outside the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        StringBuilder text = new(tokens.Length);
        Span<char> buffer = stackalloc char[2];
        foreach (int token in tokens)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token, nameof(tokens));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Count, nameof(tokens));
            text.Append(buffer[..Runes[token].EncodeToUtf16(buffer)]);
        }

        return text.ToString();
    }

    /// <summary>The vocabulary of code points, known to be valid.</summary>
    internal static Vocabulary FromCodePoints(ReadOnlySpan<int> codePoints, bool hasUnknownSymbol)
    {
        SortedSet<int> distinct = [];
        int previous = -1;
        foreach (int codePoint in codePoints)
        {
            if (codePoint != previous)
            {
                distinct.Add(codePoint);
                previous = codePoint;
            }
        }

        if (distinct.Count == 0)
        {
            throw new ExperimentException(
                "A vocabulary needs at least one character, got an empty text.", "Give a text.");
        }

        return new Vocabulary(distinct, hasUnknownSymbol);
    }

    /// <summary>Replaces code points by tokens.</summary>
    /// <param name="codePoints">Code points on entry, tokens on return; undefined where one is unknown.</param>
    /// <param name="unknown">Code points without a token are added.</param>
    internal void EncodeInPlace(Span<int> codePoints, SortedSet<int> unknown)
    {
        for (int i = 0; i < codePoints.Length; i++)
        {
            if (_tokens.TryGetValue(codePoints[i], out int token))
            {
                codePoints[i] = token;
            }
            else if (UnknownToken is int unknownToken)
            {
                codePoints[i] = unknownToken;
            }
            else
            {
                unknown.Add(codePoints[i]);
            }
        }
    }
}
