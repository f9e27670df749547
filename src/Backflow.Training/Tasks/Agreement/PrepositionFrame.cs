namespace Backflow.Training.Tasks.Agreement;

/// <summary>One way in which a prepositional phrase fits a noun: "the key | to | the cabinet".</summary>
/// <param name="Heads">The classes that the phrase can follow.</param>
/// <param name="Preposition">The word itself, such as "near".</param>
/// <param name="Objects">The nouns that can follow it.</param>
/// <param name="SingularOnly">
/// Whether its noun is always singular, because "the car in the villages" is odd. It depends on the noun's own number
/// and never on the head's: otherwise the preposition would give the subject's number away.
/// </param>
internal sealed record PrepositionFrame(NounClass Heads, string Preposition, Noun[] Objects, bool SingularOnly)
{
    /// <summary>Whether the phrase can also say where or whose something is: "the key is near the box".</summary>
    public bool IsPredicate => Preposition is not ("of" or "with" or "to" or "around");
}
