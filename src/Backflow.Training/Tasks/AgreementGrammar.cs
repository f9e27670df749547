using System.Collections.Immutable;
using System.Text;
using Backflow.Engine;
using Backflow.Training.Tasks.Agreement;

namespace Backflow.Training.Tasks;

/// <summary>
/// A probabilistic grammar of English sentences in the present tense, whose verb agrees with a subject up to five nouns
/// away: "The keys to the cabinet near the windows are old."
/// </summary>
/// <remarks>
/// After Linzen, Dupoux &amp; Goldberg 2016, "Assessing the ability of LSTMs to learn syntax-sensitive dependencies".
/// An intervening noun is any noun between the subject's head and the main verb; an attractor is an intervening noun of
/// the opposite number. Productions and samples: docs/tasks.md. Every sentence is a function of the options and of the
/// generator's state.
/// </remarks>
public sealed class AgreementGrammar
{
    /// <summary>The most nouns that can stand between a subject and its verb.</summary>
    public const int MaximumInterveningNouns = 5;

    private const double OpeningShare = 0.08;

    private static readonly string[] Openings =
        ["today", "now", "in winter", "in summer", "at night", "on Sundays", "every morning", "every evening"];

    // People dominate, as they do in text, and because they have the richest verbs.
    private static readonly (NounClass Classes, double Weight)[] HeadWeights =
    [
        (NounClass.Professional, 0.26), (NounClass.Folk, 0.12), (NounClass.Kin, 0.12), (NounClass.Animal, 0.12),
        (NounClass.Document, 0.05), (NounClass.Picture, 0.05), (NounClass.Item, 0.06), (NounClass.Key, 0.05),
        (NounClass.Container, 0.04), (NounClass.Surface, 0.02), (NounClass.Vehicle, 0.04), (NounClass.Boat, 0.02),
        (NounClass.Building, 0.02), (NounClass.Area, 0.01), (NounClass.Landmark, 0.01), (NounClass.Water, 0.01),
    ];

    private static readonly Noun[][] HeadNouns = [.. HeadWeights.Select(entry => NounLexicon.Of(entry.Classes))];

    /// <summary>Creates a grammar.</summary>
    /// <param name="options">What to generate; the defaults if null.</param>
    /// <exception cref="ExperimentException">An option is outside its range.</exception>
    public AgreementGrammar(AgreementOptions? options = null)
    {
        Options = options ?? new AgreementOptions();
        Options.Validate();
    }

    /// <summary>What this grammar generates.</summary>
    public AgreementOptions Options { get; }

    /// <summary>Generates one sentence.</summary>
    /// <param name="random">The generator; its state moves on.</param>
    /// <returns>A sentence whose number of intervening nouns follows the options.</returns>
    public AgreementSentence Next(SplittableRandom random) =>
        Write(DrawInterveningNouns(random), Options.AttractorShare, isHeadAlone: false, random);

    /// <summary>
    /// Generates one sentence for measuring: every intervening noun is an attractor, and nothing but the subject's head
    /// shows the number before the verb.
    /// </summary>
    /// <param name="attractorCount">The number of intervening nouns, all of the opposite number: 0 to 5.</param>
    /// <param name="random">The generator; its state moves on.</param>
    /// <returns>A sentence without a number cue, whatever the options say.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is outside 0 to 5.</exception>
    public AgreementSentence NextWithAttractors(int attractorCount, SplittableRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(attractorCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(attractorCount, MaximumInterveningNouns);
        return Write(attractorCount, attractorShare: 1, isHeadAlone: true, random);
    }

    /// <summary>Generates a training text: one sentence per line.</summary>
    /// <param name="characterCount">
    /// The length to reach, at least 1; the text ends with the line that reaches it.
    /// </param>
    /// <param name="random">The generator; its state moves on.</param>
    /// <returns>ASCII text; every line ends with a line feed, the last one too.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    public string GenerateText(int characterCount, SplittableRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(characterCount);
        StringBuilder text = new();
        while (text.Length < characterCount)
        {
            text.Append(Next(random).Text).Append('\n');
        }

        return text.ToString();
    }

    private int DrawInterveningNouns(SplittableRandom random)
    {
        double rest = random.NextDouble() * Options.TotalWeight();
        int lastPossible = Options.MinimumInterveningNouns;
        for (int nouns = Options.MinimumInterveningNouns; nouns <= Options.MaximumInterveningNouns; nouns++)
        {
            double weight = Options.InterveningNounWeights[nouns];
            if (weight > 0)
            {
                lastPossible = nouns;
                if (rest < weight)
                {
                    break;
                }
            }

            rest -= weight;
        }

        return lastPossible;
    }

    private AgreementSentence Write(
        int interveningNouns, double attractorShare, bool isHeadAlone, SplittableRandom random)
    {
        GrammaticalNumber number = random.NextDouble() < 0.5 ? GrammaticalNumber.Singular : GrammaticalNumber.Plural;
        GrammaticalNumber opposite =
            number == GrammaticalNumber.Singular ? GrammaticalNumber.Plural : GrammaticalNumber.Singular;
        SentenceDraft draft = new();
        NounPhraseWriter phrases = new(
            draft, random, Options.AdjectiveShare, () => random.NextDouble() < attractorShare ? opposite : number);
        PredicateWriter predicate = new(draft, phrases, random);

        // "In winter the castle is old" would be odd: only what lives has its days.
        Noun head = DrawHead(draft, random);
        if ((head.Class & (NounClass.Person | NounClass.Animal)) != 0 && random.NextDouble() < OpeningShare)
        {
            draft.Append(Openings[random.NextInt32(Openings.Length)]);
        }

        phrases.WriteSubject(head, number, interveningNouns, isHeadAlone);
        ImmutableArray<(int Index, GrammaticalNumber Number)> between = [.. draft.Nouns.Skip(1)];
        predicate.Write(head, number);
        return new AgreementSentence(
            [.. draft.Words],
            draft.Nouns[0].Index,
            predicate.VerbIndex,
            number,
            between,
            predicate.WrongForm(number),
            phrases.HasNumberCue);
    }

    private static Noun DrawHead(SentenceDraft draft, SplittableRandom random)
    {
        double rest = random.NextDouble();
        int index = 0;
        while (index < HeadWeights.Length - 1 && rest >= HeadWeights[index].Weight)
        {
            rest -= HeadWeights[index].Weight;
            index++;
        }

        return draft.DrawFresh(HeadNouns[index], random);
    }
}
