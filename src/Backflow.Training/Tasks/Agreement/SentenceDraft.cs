using Backflow.Engine;

namespace Backflow.Training.Tasks.Agreement;

/// <summary>A sentence while it is being written: the words so far, and what has been used up.</summary>
internal sealed class SentenceDraft
{
    // A sentence has at most eight nouns, so a fresh one is always found soon where the class has that many.
    private const int MaximumRedraws = 16;

    private readonly List<string> _words = new(capacity: 32);
    private readonly List<(int Index, GrammaticalNumber Number)> _nouns = [];
    private readonly HashSet<object> _used = [];

    /// <summary>The words so far.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The nouns so far, in order: position among the words, and number.</summary>
    public IReadOnlyList<(int Index, GrammaticalNumber Number)> Nouns => _nouns;

    /// <summary>Appends a word, or several between spaces.</summary>
    /// <param name="words">The word or words.</param>
    public void Append(string words)
    {
        if (words.Contains(' ', StringComparison.Ordinal))
        {
            _words.AddRange(words.Split(' '));
        }
        else
        {
            _words.Add(words);
        }
    }

    /// <summary>Appends a noun with what stands before it, and remembers where it stands.</summary>
    /// <param name="determiner">Its determiner, as <see cref="Determiners.Draw"/> gives it; null for none.</param>
    /// <param name="adjective">The adjective between both; null for none.</param>
    /// <param name="noun">The noun, whose form the number decides.</param>
    /// <param name="number">Singular or plural.</param>
    public void AppendNoun(string? determiner, string? adjective, Noun noun, GrammaticalNumber number)
    {
        string form = noun.Form(number);
        if (determiner is not null)
        {
            Append(determiner == Determiners.IndefiniteArticle
                ? Inflection.IndefiniteArticle(adjective ?? form)
                : determiner);
        }

        if (adjective is not null)
        {
            Append(adjective);
        }

        _nouns.Add((_words.Count, number));
        Append(form);
        _used.Add(noun);
    }

    /// <summary>Draws an element that this sentence has not drawn before, if one is soon found.</summary>
    /// <typeparam name="T">Words, nouns or verbs.</typeparam>
    /// <param name="choices">What to draw from: at least one element.</param>
    /// <param name="random">The generator.</param>
    /// <returns>An element, remembered as used.</returns>
    public T DrawFresh<T>(T[] choices, SplittableRandom random)
        where T : class
    {
        T choice = choices[random.NextInt32(choices.Length)];
        for (int i = 0; i < MaximumRedraws && _used.Contains(choice); i++)
        {
            choice = choices[random.NextInt32(choices.Length)];
        }

        _used.Add(choice);
        return choice;
    }
}
