using System.Collections.Immutable;

namespace Backflow.Lessons.Dependencies;

/// <summary>The words of all kinds by number: those that are read, and those that are answers.</summary>
internal static class DependencyWords
{
    /// <summary>In front of a sentence that is shorter than the others.</summary>
    public const int Empty = 0;

    private static readonly ImmutableArray<string> Read =
    [
        .. DependencyKinds.All
            .SelectMany(static kind => kind.Before
                .Concat(kind.Keys.Select(static key => key.Key))
                .Concat(kind.After)
                .Concat(kind.Phrases.SelectMany(static phrase => phrase.Split(' ')))
                .Concat(kind.End))
            .Distinct(StringComparer.Ordinal),
    ];

    private static readonly ImmutableDictionary<string, int> Numbers =
        Read.Select(static (word, i) => (word, i)).ToImmutableDictionary(
            static one => one.word, static one => Empty + 1 + one.i, StringComparer.Ordinal);

    /// <summary>The words that may be asked for, over all kinds: the classes of the head.</summary>
    public static ImmutableArray<string> Answers { get; } =
        [.. DependencyKinds.All.SelectMany(static kind => kind.Answers).Distinct(StringComparer.Ordinal)];

    /// <summary>Words that can be read, the empty one included: V.</summary>
    public static int Count => Empty + 1 + Read.Length;

    /// <summary>The number under which a word is read.</summary>
    public static int IndexOf(string word) => Numbers[word];

    /// <summary>The number under which a word is answered.</summary>
    public static int AnswerOf(string word) => Answers.IndexOf(word);
}
