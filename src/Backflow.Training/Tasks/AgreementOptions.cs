using System.Collections.Immutable;

namespace Backflow.Training.Tasks;

/// <summary>What sentences an <see cref="AgreementGrammar"/> generates.</summary>
public sealed record AgreementOptions
{
    /// <summary>The fewest nouns between the subject's head and its verb: 0 to 5; 0 by default.</summary>
    public int MinimumInterveningNouns { get; init; }

    /// <summary>The most nouns between the subject's head and its verb: 0 to 5; 5 by default.</summary>
    public int MaximumInterveningNouns { get; init; } = AgreementGrammar.MaximumInterveningNouns;

    /// <summary>
    /// How often each number of intervening nouns comes, from 0 to 5: six finite weights of at least 0, which need not
    /// sum to 1. Those outside the minimum and the maximum are ignored. By default short sentences dominate.
    /// </summary>
    public ImmutableArray<double> InterveningNounWeights { get; init; } = [0.40, 0.27, 0.16, 0.09, 0.05, 0.03];

    /// <summary>
    /// The probability that an intervening noun is an attractor, that is of the opposite number to the subject: 0 to 1.
    /// At 0.5, the default, the nouns between say nothing about the subject; at any other value they do.
    /// </summary>
    public double AttractorShare { get; init; } = 0.5;

    /// <summary>The probability of an adjective before a noun: 0 to 1; 0.2 by default.</summary>
    public double AdjectiveShare { get; init; } = 0.2;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ExperimentException">An option is outside its range, or all usable weights are 0.</exception>
    internal void Validate()
    {
        const int Most = AgreementGrammar.MaximumInterveningNouns;
        if (MinimumInterveningNouns < 0 || MaximumInterveningNouns > Most
            || MinimumInterveningNouns > MaximumInterveningNouns)
        {
            throw new ExperimentException(
                $"A sentence can have 0 to {Most} nouns between its subject and its verb, "
                + $"got a minimum of {MinimumInterveningNouns} and a maximum of {MaximumInterveningNouns}.",
                $"Choose a minimum from 0 to {Most} and a maximum that is not below it.");
        }

        if (InterveningNounWeights.IsDefault || InterveningNounWeights.Length != Most + 1
            || !InterveningNounWeights.All(weight => double.IsFinite(weight) && weight >= 0)
            || TotalWeight() <= 0)
        {
            throw new ExperimentException(
                $"The numbers of intervening nouns need {Most + 1} finite weights of at least 0, not all of them 0 "
                + $"between the minimum {MinimumInterveningNouns} and the maximum {MaximumInterveningNouns}.",
                "Give one weight for each number of nouns from 0 to 5, for instance 0.40 0.27 0.16 0.09 0.05 0.03.");
        }

        ValidateShare(AttractorShare, "attractors among the intervening nouns");
        ValidateShare(AdjectiveShare, "nouns with an adjective");
    }

    /// <summary>The sum of the weights that count.</summary>
    /// <returns>The normaliser of the distribution.</returns>
    internal double TotalWeight()
    {
        double total = 0;
        for (int nouns = MinimumInterveningNouns; nouns <= MaximumInterveningNouns; nouns++)
        {
            total += InterveningNounWeights[nouns];
        }

        return total;
    }

    private static void ValidateShare(double share, string what)
    {
        if (share is not (>= 0 and <= 1))
        {
            throw new ExperimentException(
                FormattableString.Invariant($"The share of {what} must be between 0 and 1, got {share}."),
                "Give a probability, for instance 0.5.");
        }
    }
}
