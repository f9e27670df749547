using Backflow.Engine;

namespace Backflow.Training.Tasks.Agreement;

/// <summary>Writes the main verb of a sentence and what follows it.</summary>
/// <param name="draft">The sentence to write into, up to its subject.</param>
/// <param name="phrases">Writes the objects.</param>
/// <param name="random">The generator.</param>
internal sealed class PredicateWriter(SentenceDraft draft, NounPhraseWriter phrases, SplittableRandom random)
{
    private const double FrequencyShare = 0.12;
    private const double DegreeShare = 0.3;
    private const double ObjectModifierShare = 0.15;

    private static readonly Verb Be = new("is", "are");
    private static readonly Verb[] Linking = Verb.ParseList("seem look remain");
    private static readonly string[] Degrees = "very rather quite".Split(' ');
    private static readonly Noun[] Professions = NounLexicon.Of(NounClass.Professional);

    private Verb _verb = Be;

    /// <summary>The position of the main verb among the words.</summary>
    public int VerbIndex { get; private set; }

    /// <summary>The main verb in the subject's number.</summary>
    /// <param name="number">The subject's number.</param>
    /// <returns>The form that the sentence must not have.</returns>
    public string WrongForm(GrammaticalNumber number) =>
        _verb.Form(number == GrammaticalNumber.Singular ? GrammaticalNumber.Plural : GrammaticalNumber.Singular);

    /// <summary>Writes the predicate.</summary>
    /// <param name="subject">The head of the subject.</param>
    /// <param name="number">Singular or plural, as the subject stands.</param>
    public void Write(Noun subject, GrammaticalNumber number)
    {
        Verb[] intransitive = IntransitiveVerbs.Of(subject.Class);
        double kind = random.NextDouble();
        if (kind < 0.4)
        {
            WriteTransitive(subject, number);
        }
        else if (kind < 0.6 && intransitive.Length > 0)
        {
            WriteIntransitive(subject, number, intransitive);
        }
        else
        {
            WriteCopular(subject, number);
        }
    }

    // "chases the cat"
    private void WriteTransitive(Noun subject, GrammaticalNumber number)
    {
        TransitiveFrame[] frames = TransitiveFrames.WithSubject(subject.Class);
        TransitiveFrame frame = frames[random.NextInt32(frames.Length)];
        WriteVerb(draft.DrawFresh(frame.Verbs, random), number);
        if (frame.Particle is not null)
        {
            draft.Append(frame.Particle);
        }

        int furtherNouns = random.NextDouble() < ObjectModifierShare ? 1 : 0;
        phrases.WritePhrase(draft.DrawFresh(frame.Objects, random), DrawNumber(), furtherNouns, mayRelate: false);
    }

    // "sleeps quietly"
    private void WriteIntransitive(Noun subject, GrammaticalNumber number, Verb[] verbs)
    {
        WriteVerb(draft.DrawFresh(verbs, random), number);
        if (random.NextDouble() < 0.6)
        {
            string[] adverbs = IntransitiveVerbs.AdverbsOf(subject.Class);
            string adverb = adverbs[random.NextInt32(adverbs.Length)];
            if (!draft.Words.Contains(adverb))
            {
                draft.Append(adverb);
            }
        }
    }

    // "is very old", "seems old", "is near the table", "is a doctor"
    private void WriteCopular(Noun subject, GrammaticalNumber number)
    {
        bool canHaveProfession = (subject.Class & (NounClass.Folk | NounClass.Kin)) != 0;
        double kind = random.NextDouble();
        if (kind < 0.3 && WriteLocation(subject, number))
        {
            return;
        }

        if (kind > 0.8 && canHaveProfession)
        {
            WriteProfession(number);
            return;
        }

        bool isLinking = random.NextDouble() < 0.25;
        AppendMainVerb(isLinking ? Linking[random.NextInt32(Linking.Length)] : Be, number);
        if (!isLinking && random.NextDouble() < FrequencyShare)
        {
            draft.Append(FrequencyAdverbs.Draw(random));
        }
        else if (random.NextDouble() < DegreeShare)
        {
            draft.Append(Degrees[random.NextInt32(Degrees.Length)]);
        }

        draft.Append(draft.DrawFresh(AdjectiveLexicon.Of(subject.Class), random));
    }

    private bool WriteLocation(Noun subject, GrammaticalNumber number)
    {
        GrammaticalNumber locationNumber = DrawNumber();
        PrepositionFrame[] frames = Array.FindAll(
            PrepositionFrames.Predicating(subject.Class, locationNumber),
            frame => !draft.Words.Contains(frame.Preposition));
        if (frames.Length == 0)
        {
            return false;
        }

        PrepositionFrame frame = frames[random.NextInt32(frames.Length)];
        AppendMainVerb(Be, number);
        draft.Append(frame.Preposition);
        phrases.WritePhrase(draft.DrawFresh(frame.Objects, random), locationNumber, furtherNouns: 0, mayRelate: false);
        return true;
    }

    private void WriteProfession(GrammaticalNumber number)
    {
        AppendMainVerb(Be, number);
        Noun profession = draft.DrawFresh(Professions, random);
        string? adjective = random.NextDouble() < DegreeShare
            ? draft.DrawFresh(AdjectiveLexicon.Of(profession.Class), random)
            : null;
        string? article = number == GrammaticalNumber.Singular ? Determiners.IndefiniteArticle : null;
        draft.AppendNoun(article, adjective, profession, number);
    }

    private void WriteVerb(Verb verb, GrammaticalNumber number)
    {
        if (random.NextDouble() < FrequencyShare)
        {
            draft.Append(FrequencyAdverbs.Draw(random));
        }

        AppendMainVerb(verb, number);
    }

    private void AppendMainVerb(Verb verb, GrammaticalNumber number)
    {
        _verb = verb;
        VerbIndex = draft.Words.Count;
        draft.Append(verb.Form(number));
    }

    // What follows the verb is no attractor: a fair coin.
    private GrammaticalNumber DrawNumber() =>
        random.NextDouble() < 0.5 ? GrammaticalNumber.Singular : GrammaticalNumber.Plural;
}
