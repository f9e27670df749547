using System.Collections.Immutable;

namespace Backflow.Lessons.Dependencies;

/// <summary>A sentence with one dependency, and what the networks make of it.</summary>
internal sealed record SentenceAnswer
{
    /// <summary>The name of the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>The kind in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>What decides what.</summary>
    public required string Rule { get; init; }

    /// <summary>The shortest distance of the kind, in words.</summary>
    public required int Shortest { get; init; }

    /// <summary>The words that are read.</summary>
    public required ImmutableArray<string> Words { get; init; }

    /// <summary>The place of the word that decides, from 0.</summary>
    public required int Key { get; init; }

    /// <summary>The way from that word to the answer, in words.</summary>
    public required int Distance { get; init; }

    /// <summary>The word that has to follow.</summary>
    public required string Answer { get; init; }

    /// <summary>Whether training never read the sentence.</summary>
    public required bool IsHeldOut { get; init; }

    /// <summary>The words that may be the answer.</summary>
    public required ImmutableArray<string> Candidates { get; init; }

    /// <summary>What each network makes of it, by cell.</summary>
    public required ImmutableSortedDictionary<string, SentenceReading> Readings { get; init; }
}

/// <summary>What a network makes of a sentence.</summary>
/// <param name="Norms">‖∂L/∂hₜ‖₂ at each word, L the cross-entropy of the answer in nats.</param>
/// <param name="Probabilities">The probability of each candidate; the rest belongs to words of other kinds.</param>
/// <param name="Named">The word that the network finds likeliest, of all kinds.</param>
/// <param name="IsRight">Whether that is the answer.</param>
/// <param name="Loss">L.</param>
internal sealed record SentenceReading(
    ImmutableArray<double> Norms, ImmutableArray<double> Probabilities, string Named, bool IsRight, double Loss);

/// <summary>A sentence of every kind, and the steps after which there are networks.</summary>
/// <param name="Stages">Steps; 0 is the network as it began.</param>
/// <param name="Longest">The longest distance, in words.</param>
/// <param name="Sentences">One of each kind.</param>
internal sealed record KindsAnswer(ImmutableArray<int> Stages, int Longest, ImmutableArray<SentenceAnswer> Sentences);

/// <summary>How often the networks name the last word, by distance.</summary>
/// <param name="Kind">The name of the kind.</param>
/// <param name="Shortest">The distance of the first share.</param>
/// <param name="Sentences">Sentences of each distance.</param>
/// <param name="Chance">The share that guessing among the candidates reaches.</param>
/// <param name="Shares">The share of right answers by distance, by cell.</param>
internal sealed record AccuracyAnswer(
    string Kind,
    int Shortest,
    int Sentences,
    double Chance,
    ImmutableSortedDictionary<string, ImmutableArray<double>> Shares);

/// <summary>A round of the game, without its answer.</summary>
/// <param name="Words">The letters in their order, and the question.</param>
/// <param name="Candidates">The letters to choose from.</param>
internal sealed record RoundAnswer(ImmutableArray<string> Words, ImmutableArray<string> Candidates);
