using Backflow.Engine;

namespace Backflow.Training.Tasks.Agreement;

/// <summary>The words before a noun phrase: most say nothing about number, some agree with their noun.</summary>
internal static class Determiners
{
    /// <summary>Stands for the indefinite article until the next word decides between "a" and "an".</summary>
    public const string IndefiniteArticle = "a";

    private const double DefiniteShare = 0.62;
    private const double PossessiveShare = 0.12;

    private static readonly string[] Possessives = "my our his her their".Split(' ');

    private static readonly string[] Singular =
        [IndefiniteArticle, IndefiniteArticle, IndefiniteArticle, "this", "every"];

    // No "that": beside the relative pronoun it would be hard to read.
    private static readonly string[] Plural = "these those some many several two three".Split(' ');

    /// <summary>Draws the determiner of a noun.</summary>
    /// <param name="noun">The noun that follows, whose class says whether it can be owned.</param>
    /// <param name="number">Singular or plural, as the noun will stand.</param>
    /// <param name="isNeutral">Whether the determiner must not tell the number: "the keys", never "these keys".</param>
    /// <param name="isOwned">
    /// Whether "my" and the like may come; not before "… of the doctor", which says it too.
    /// </param>
    /// <param name="random">The generator; exactly two draws are taken, whatever the number.</param>
    /// <returns>The word; <see cref="IndefiniteArticle"/> if the word after it decides.</returns>
    public static string Draw(
        Noun noun, GrammaticalNumber number, bool isNeutral, bool isOwned, SplittableRandom random)
    {
        double kind = random.NextDouble();
        double choice = random.NextDouble();
        if (kind < PossessiveShare && isOwned && (noun.Class & NounClass.Ownable) != 0)
        {
            return At(Possessives, choice);
        }

        if (isNeutral || kind < PossessiveShare + DefiniteShare)
        {
            return "the";
        }

        return At(number == GrammaticalNumber.Singular ? Singular : Plural, choice);
    }

    /// <summary>Whether a determiner tells the number of its noun.</summary>
    /// <param name="determiner">The word, as <see cref="Draw"/> gives it.</param>
    /// <returns>False for "the" and the possessives.</returns>
    public static bool ShowsNumber(string determiner) =>
        Array.IndexOf(Singular, determiner) >= 0 || Array.IndexOf(Plural, determiner) >= 0;

    private static string At(string[] words, double choice) => words[(int)(choice * words.Length)];
}
