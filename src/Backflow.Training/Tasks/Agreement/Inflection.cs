namespace Backflow.Training.Tasks.Agreement;

/// <summary>The regular spelling rules of English that the lexicon leans on; it spells out every exception.</summary>
internal static class Inflection
{
    /// <summary>Adds the ending -s: the plural of a noun, or the third person singular of a verb.</summary>
    /// <param name="stem">The form without the ending, such as "box", "diary" or "carry".</param>
    /// <returns>The form with the ending: "boxes", "diaries", "carries".</returns>
    public static string AddS(string stem)
    {
        if (stem.EndsWith('s') || stem.EndsWith('x') || stem.EndsWith('z')
            || stem.EndsWith("ch", StringComparison.Ordinal) || stem.EndsWith("sh", StringComparison.Ordinal))
        {
            return stem + "es";
        }

        return stem.EndsWith('y') && !IsVowel(stem[^2])
            ? string.Concat(stem.AsSpan(0, stem.Length - 1), "ies")
            : stem + "s";
    }

    /// <summary>The indefinite article before a word: it follows the sound, so the exceptions are listed.</summary>
    /// <param name="nextWord">The word that follows, lower-case.</param>
    /// <returns>"a" or "an".</returns>
    public static string IndefiniteArticle(string nextWord) => nextWord switch
    {
        "honest" => "an",
        "useful" => "a",
        _ => IsVowel(nextWord[0]) ? "an" : "a",
    };

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u';
}
