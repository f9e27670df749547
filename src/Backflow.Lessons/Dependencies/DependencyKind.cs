using System.Collections.Immutable;

namespace Backflow.Lessons.Dependencies;

/// <summary>A kind of sentence whose last word is decided by one word far before it.</summary>
internal sealed record DependencyKind
{
    /// <summary>The name in questions, as <c>agreement</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A few words for people.</summary>
    public required string Title { get; init; }

    /// <summary>What decides what, in a sentence.</summary>
    public required string Rule { get; init; }

    /// <summary>The words before the key.</summary>
    public ImmutableArray<string> Before { get; init; } = [];

    /// <summary>The words that may be the key, each with the answer that it decides.</summary>
    public required ImmutableArray<(string Key, string Answer)> Keys { get; init; }

    /// <summary>The words right after the key.</summary>
    public ImmutableArray<string> After { get; init; } = [];

    /// <summary>Phrases of one to four words, of which what stands between is put together.</summary>
    public required ImmutableArray<string> Phrases { get; init; }

    /// <summary>The words right before the answer.</summary>
    public ImmutableArray<string> End { get; init; } = [];

    /// <summary>The words that may be the answer, all equally often.</summary>
    public ImmutableArray<string> Answers => field.IsDefault
        ? field = [.. Keys.Select(static key => key.Answer).Distinct(StringComparer.Ordinal)]
        : field;

    /// <summary>The shortest distance from key to answer, in words.</summary>
    public int Shortest => 1 + After.Length + End.Length;
}
