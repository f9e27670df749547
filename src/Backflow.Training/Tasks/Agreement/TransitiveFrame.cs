namespace Backflow.Training.Tasks.Agreement;

/// <summary>Who does what to whom: "the dog | chases | the cat".</summary>
/// <param name="SubjectClasses">The classes that can do it.</param>
/// <param name="Verbs">The verbs that can say it.</param>
/// <param name="ObjectClasses">The classes that it can be done to.</param>
/// <param name="Particle">The word after the verb, such as "to" in "belongs to"; null for most verbs.</param>
internal sealed record TransitiveFrame(
    NounClass SubjectClasses,
    Verb[] Verbs,
    NounClass ObjectClasses,
    string? Particle = null)
{
    /// <summary>The nouns that can do it.</summary>
    public Noun[] Subjects { get; } = NounLexicon.Of(SubjectClasses);

    /// <summary>The nouns that it can be done to.</summary>
    public Noun[] Objects { get; } = NounLexicon.Of(ObjectClasses);
}
