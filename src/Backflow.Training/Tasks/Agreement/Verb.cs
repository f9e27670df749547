namespace Backflow.Training.Tasks.Agreement;

/// <summary>A verb in the present tense, third person.</summary>
/// <param name="Singular">The form that agrees with one: "chases", "is".</param>
/// <param name="Plural">
/// The form that agrees with several: "chase", "are"; after a modal verb too, except for "be".
/// </param>
internal sealed record Verb(string Singular, string Plural)
{
    /// <summary>The form that agrees with a number.</summary>
    /// <param name="number">The subject's number.</param>
    /// <returns>The word.</returns>
    public string Form(GrammaticalNumber number) => number == GrammaticalNumber.Singular ? Singular : Plural;

    /// <summary>Reads a list such as "chase carry have/has".</summary>
    /// <param name="words">Plural forms between spaces; an irregular singular follows a slash.</param>
    /// <returns>The verbs in the order of the list.</returns>
    public static Verb[] ParseList(string words)
    {
        string[] entries = words.Split(' ');
        Verb[] verbs = new Verb[entries.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            string[] forms = entries[i].Split('/');
            verbs[i] = new Verb(forms.Length == 2 ? forms[1] : Inflection.AddS(forms[0]), forms[0]);
        }

        return verbs;
    }
}
