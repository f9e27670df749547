using System.Collections.Immutable;

namespace Backflow.Experiments.Exploration;

/// <summary>A sentence, and how far the prediction of its verb's number reaches back in each network.</summary>
public sealed record DependencyAnswer
{
    /// <summary>The networks' cells, in the order in which a page shows them.</summary>
    public required ImmutableArray<string> Cells { get; init; }

    /// <summary>The words up to the verb and the verb itself. The networks read those before the verb.</summary>
    public required ImmutableArray<string> Words { get; init; }

    /// <summary>The subject's place among the words.</summary>
    public required int Subject { get; init; }

    /// <summary>The verb's place, the last.</summary>
    public required int Verb { get; init; }

    /// <summary>The places of the nouns of the other number.</summary>
    public required ImmutableArray<int> AttractorIndices { get; init; }

    /// <summary>
    /// By cell, ‖∂L/∂hₜ‖₂ after each word, where L is the cross-entropy of the verb's number; 0 at the verb, which is
    /// not read. Networks that are not trained yet are missing, here and below.
    /// </summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<double>> Norms { get; init; }

    /// <summary>By cell, the probability of each number.</summary>
    public required ImmutableSortedDictionary<string, NumberProbabilities> Probabilities { get; init; }

    /// <summary>By cell, whether the likelier number is right.</summary>
    public required ImmutableSortedDictionary<string, bool> Correct { get; init; }

    /// <summary>
    /// By cell, the share of right answers with 0 to 5 attractors, on sentences that were not trained on.
    /// </summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<double>> AccuracyByAttractors { get; init; }

    /// <summary>By cell, the number of parameters.</summary>
    public required ImmutableSortedDictionary<string, long> Parameters { get; init; }

    /// <summary>training or ready.</summary>
    public required string Status { get; init; }

    /// <summary>The share of all training steps that are done, 0 to 1.</summary>
    public required double Progress { get; init; }
}

/// <summary>What a network expects of the verb.</summary>
/// <param name="Singular">The probability of the singular.</param>
/// <param name="Plural">The probability of the plural.</param>
public sealed record NumberProbabilities(double Singular, double Plural);
