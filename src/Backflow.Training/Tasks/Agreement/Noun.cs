namespace Backflow.Training.Tasks.Agreement;

/// <summary>A countable noun.</summary>
/// <param name="Class">Its one class.</param>
/// <param name="Singular">The form for one.</param>
/// <param name="Plural">The form for several; always another word than <paramref name="Singular"/>.</param>
internal sealed record Noun(NounClass Class, string Singular, string Plural)
{
    /// <summary>The form in a number.</summary>
    /// <param name="number">Singular or plural.</param>
    /// <returns>The word.</returns>
    public string Form(GrammaticalNumber number) => number == GrammaticalNumber.Singular ? Singular : Plural;
}
