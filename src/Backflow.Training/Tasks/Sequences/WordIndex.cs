using Backflow.Engine;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>The words of the grammar by number.</summary>
/// <remarks>
/// Collected from sentences of a fixed seed rather than from the lexicons, of which a sentence uses inflected forms;
/// a word that none of them has is <see cref="Unknown"/>.
/// </remarks>
internal sealed class WordIndex
{
    /// <summary>In front of a sequence that is shorter than the others.</summary>
    public const int Empty = 0;

    /// <summary>Any word that is not in the index.</summary>
    public const int Unknown = 1;

    private const int FirstWord = 2;
    private const int Sentences = 20_000;

    private static readonly Lazy<WordIndex> Grammar = new(static () => new WordIndex());

    private readonly Dictionary<string, int> _numbers = [];

    private WordIndex()
    {
        AgreementGrammar grammar = new();
        SplittableRandom random = new SplittableRandom(0).Split("words");
        SortedSet<string> words = new(StringComparer.Ordinal);
        for (int i = 0; i < Sentences; i++)
        {
            words.UnionWith(grammar.Next(random).Words);
        }

        foreach (string word in words)
        {
            _numbers.Add(word, FirstWord + _numbers.Count);
        }
    }

    public static WordIndex OfGrammar => Grammar.Value;

    public int Count => FirstWord + _numbers.Count;

    public int IndexOf(string word) => _numbers.GetValueOrDefault(word, Unknown);
}
