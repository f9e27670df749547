using Backflow.Engine;

namespace Backflow.Training.Tasks.Agreement;

/// <summary>
/// Writes noun phrases: the subject of the sentence, with as many nouns between its head and its verb as asked, and the
/// objects after the verb.
/// </summary>
/// <remarks>
/// NounPhrase → Determiner [Adjective] Noun [Modifier], and every modifier spends at least one noun of the budget, so
/// a budget of n puts exactly n nouns behind the head. No choice looks at the number of the head.
/// </remarks>
/// <param name="draft">The sentence to write into.</param>
/// <param name="random">The generator.</param>
/// <param name="adjectiveShare">The probability of an adjective before a noun.</param>
/// <param name="drawNumber">Draws the number of a noun that is not the subject's head.</param>
internal sealed class NounPhraseWriter(
    SentenceDraft draft,
    SplittableRandom random,
    double adjectiveShare,
    Func<GrammaticalNumber> drawNumber)
{
    private const double RelativeShare = 0.45;
    private const double ModalShare = 0.25;
    private const double AdverbShare = 0.08;

    // "The doctor the nurses near … like": with more nouns inside, a reader does not find back to "doctor".
    private const int MaximumNounsOfObjectRelative = 3;

    private const int MaximumRedraws = 4;

    private static readonly string[] PersonModals = "may must should will".Split(' ');
    private static readonly string[] ThingModals = "can may".Split(' ');

    private int _relativesLeft = 2;

    /// <summary>Whether a word before the main verb, other than the head, shows the number of the subject.</summary>
    public bool HasNumberCue { get; private set; }

    /// <summary>Writes the subject of the sentence.</summary>
    /// <param name="head">The noun with which the verb agrees.</param>
    /// <param name="number">The number of the head.</param>
    /// <param name="interveningNouns">How many nouns follow the head.</param>
    /// <param name="isHeadAlone">Whether the head alone may show the number: no "these", no "that chases".</param>
    public void WriteSubject(Noun head, GrammaticalNumber number, int interveningNouns, bool isHeadAlone)
    {
        HasNumberCue = WriteNoun(head, number, isNeutral: isHeadAlone, isOwned: interveningNouns == 0);
        if (interveningNouns == 0)
        {
            return;
        }

        if (DrawsRelative())
        {
            WriteRelative(head, number, interveningNouns, isHead: true, isHeadAlone);
        }
        else
        {
            WritePrepositional(head, interveningNouns, mayRelate: true);
        }
    }

    /// <summary>Writes a noun phrase that is not the subject.</summary>
    /// <param name="noun">The noun at the head of the phrase.</param>
    /// <param name="number">The number of the noun.</param>
    /// <param name="furtherNouns">How many nouns follow it.</param>
    /// <param name="mayRelate">Whether relative clauses may follow, and not prepositional phrases only.</param>
    /// <param name="isNeutral">Whether its determiner must be "the" or a possessive.</param>
    public void WritePhrase(
        Noun noun, GrammaticalNumber number, int furtherNouns, bool mayRelate, bool isNeutral = false)
    {
        WriteNoun(noun, number, isNeutral, isOwned: furtherNouns == 0);
        if (furtherNouns == 0)
        {
            return;
        }

        if (mayRelate && DrawsRelative())
        {
            WriteRelative(noun, number, furtherNouns, isHead: false, isHeadAlone: false);
        }
        else
        {
            WritePrepositional(noun, furtherNouns, mayRelate);
        }
    }

    private bool DrawsRelative() => _relativesLeft > 0 && random.NextDouble() < RelativeShare;

    // Returns whether the determiner shows the number.
    private bool WriteNoun(Noun noun, GrammaticalNumber number, bool isNeutral, bool isOwned)
    {
        string determiner = Determiners.Draw(noun, number, isNeutral, isOwned, random);
        string? adjective = random.NextDouble() < adjectiveShare
            ? draft.DrawFresh(AdjectiveLexicon.Of(noun.Class), random)
            : null;
        draft.AppendNoun(determiner, adjective, noun, number);
        return Determiners.ShowsNumber(determiner);
    }

    // Prepositional → Preposition NounPhrase: "to the cabinet".
    private void WritePrepositional(Noun head, int nouns, bool mayRelate)
    {
        GrammaticalNumber number = drawNumber();
        PrepositionFrame[] frames = PrepositionFrames.Modifying(head.Class, number);
        PrepositionFrame frame = frames[random.NextInt32(frames.Length)];
        for (int i = 0; i < MaximumRedraws && draft.Words.Contains(frame.Preposition); i++)
        {
            // So that "of … of … of" is rare.
            frame = frames[random.NextInt32(frames.Length)];
        }

        draft.Append(frame.Preposition);
        WritePhrase(draft.DrawFresh(frame.Objects, random), number, nouns - 1, mayRelate);
    }

    private void WriteRelative(Noun head, GrammaticalNumber number, int nouns, bool isHead, bool isHeadAlone)
    {
        _relativesLeft--;
        bool isObjectRelative = random.NextDouble() < 0.5 && nouns <= MaximumNounsOfObjectRelative;
        if (isObjectRelative)
        {
            WriteObjectRelative(head, nouns);
        }
        else
        {
            WriteSubjectRelative(head, number, nouns, isHead, isHeadAlone);
        }
    }

    // SubjectRelative → (who | that) ([Adverb] Verb | Modal Verb) NounPhrase: "that chases the cats".
    private void WriteSubjectRelative(Noun head, GrammaticalNumber number, int nouns, bool isHead, bool isHeadAlone)
    {
        TransitiveFrame[] frames = TransitiveFrames.WithSubject(head.Class);
        TransitiveFrame frame = frames[random.NextInt32(frames.Length)];
        Verb verb = draft.DrawFresh(frame.Verbs, random);
        bool isPerson = (head.Class & NounClass.Person) != 0;
        draft.Append(isPerson && random.NextDouble() < 0.8 ? "who" : "that");
        if (random.NextDouble() < ModalShare || (isHead && isHeadAlone))
        {
            string[] modals = isPerson ? PersonModals : ThingModals;
            draft.Append(modals[random.NextInt32(modals.Length)]);
            draft.Append(verb.Plural);
        }
        else
        {
            WriteVerb(verb, number);
            HasNumberCue |= isHead;
        }

        if (frame.Particle is not null)
        {
            draft.Append(frame.Particle);
        }

        WritePhrase(draft.DrawFresh(frame.Objects, random), drawNumber(), nouns - 1, mayRelate: true);
    }

    // ObjectRelative → [that] NounPhrase [Adverb] Verb: "the critics like".
    private void WriteObjectRelative(Noun head, int nouns)
    {
        TransitiveFrame[] frames = TransitiveFrames.WithObject(head.Class);
        TransitiveFrame frame = frames[random.NextInt32(frames.Length)];
        Verb verb = draft.DrawFresh(frame.Verbs, random);
        GrammaticalNumber number = drawNumber();
        bool hasPronoun = random.NextDouble() < 0.5;
        if (hasPronoun)
        {
            draft.Append("that");
        }

        // Without "that" only "the" or "my" shows where the clause begins: "a lamp a box contains" misleads.
        Noun subject = draft.DrawFresh(frame.Subjects, random);
        WritePhrase(subject, number, nouns - 1, mayRelate: false, isNeutral: !hasPronoun);
        WriteVerb(verb, number);
    }

    private void WriteVerb(Verb verb, GrammaticalNumber number)
    {
        if (random.NextDouble() < AdverbShare)
        {
            draft.Append(FrequencyAdverbs.Draw(random));
        }

        draft.Append(verb.Form(number));
    }
}
