using Xunit;

namespace Backflow.Training.Tests.Tasks;

/// <summary>
/// Reads a sentence from left to right by descent, without knowing how it was written: finds the subject, the nouns
/// behind it and the main verb, and stops at the first verb or determiner that does not agree.
/// </summary>
internal sealed class AgreementReader
{
    private static readonly string[] Openings =
        ["today", "now", "in winter", "in summer", "at night", "on Sundays", "every morning", "every evening"];

    private static readonly HashSet<string> Prepositions =
        [.. "near behind beside with from in on of about for above to beyond around".Split(' ')];

    private static readonly HashSet<string> Adverbs =
        [.. "always never often rarely sometimes still usually".Split(' ')];

    private static readonly HashSet<string> Modals = [.. "can may must should will".Split(' ')];

    private static readonly HashSet<string> NeutralDeterminers = [.. "the my our his her their".Split(' ')];

    private static readonly HashSet<string> SingularDeterminers = [.. "a an this every".Split(' ')];

    private static readonly HashSet<string> PluralDeterminers =
        [.. "these those some many several two three".Split(' ')];

    private readonly string[] _words;
    private readonly List<(int Index, bool IsPlural)> _nouns = [];
    private int _position;

    public AgreementReader(string text)
    {
        Text = text;
        _words = text.TrimEnd('.').Split(' ');
        _words[0] = char.ToLowerInvariant(_words[0][0]) + _words[0][1..];
        string plain = string.Join(' ', _words) + " ";
        string? opening = Array.Find(
            Openings, candidate => plain.StartsWith(candidate + " ", StringComparison.Ordinal));
        _position = opening?.Split(' ').Length ?? 0;

        bool isPlural = ReadNounPhrase(isSubject: true);
        VerbIndex = ReadVerb(isPlural);
        SubjectIndex = _nouns[0].Index;
        SubjectIsPlural = isPlural;
        InterveningIsPlural = [.. _nouns.Skip(1).Select(noun => noun.IsPlural)];
        ReadPredicate();
    }

    public string Text { get; }

    public int SubjectIndex { get; }

    public bool SubjectIsPlural { get; }

    public int VerbIndex { get; }

    public bool[] InterveningIsPlural { get; }

    public bool HasNumberCue { get; private set; }

    private string Next => _position < _words.Length ? _words[_position] : "";

    private static bool IsDeterminer(string word) =>
        NeutralDeterminers.Contains(word) || SingularDeterminers.Contains(word) || PluralDeterminers.Contains(word);

    private bool ReadNounPhrase(bool isSubject)
    {
        string determiner = Next;
        Require(IsDeterminer(determiner), "a determiner");
        _position++;
        CheckArticle(determiner);
        if (!AgreementLexicon.NounIsPlural.ContainsKey(Next))
        {
            Require(!AgreementLexicon.VerbIsPlural.ContainsKey(Next) && !Prepositions.Contains(Next), "an adjective");
            _position++;
        }

        Require(AgreementLexicon.NounIsPlural.TryGetValue(Next, out bool isPlural), "a noun");
        Require(
            NeutralDeterminers.Contains(determiner) || PluralDeterminers.Contains(determiner) == isPlural,
            $"a noun in the number of '{determiner}'");
        HasNumberCue |= isSubject && !NeutralDeterminers.Contains(determiner);
        _nouns.Add((_position, isPlural));
        _position++;
        ReadModifier(isPlural, isSubject);
        return isPlural;
    }

    private void ReadModifier(bool isPlural, bool isSubject)
    {
        if (Prepositions.Contains(Next))
        {
            _position++;
            ReadNounPhrase(isSubject: false);
        }
        else if (Next is "who" or "that" && !IsDeterminer(_words[_position + 1]))
        {
            _position++;
            ReadSubjectRelative(isPlural, isSubject);
        }
        else if (Next == "that" || IsDeterminer(Next))
        {
            _position += Next == "that" ? 1 : 0;
            ReadVerb(ReadNounPhrase(isSubject: false));
        }
    }

    private void ReadSubjectRelative(bool isPlural, bool isSubject)
    {
        if (Modals.Contains(Next))
        {
            _position++;
            ReadVerb(isPlural: true);
        }
        else
        {
            ReadVerb(isPlural);
            HasNumberCue |= isSubject;
        }

        _position += Next == "to" ? 1 : 0;
        ReadNounPhrase(isSubject: false);
    }

    private int ReadVerb(bool isPlural)
    {
        _position += Adverbs.Contains(Next) ? 1 : 0;
        Require(
            AgreementLexicon.VerbIsPlural.TryGetValue(Next, out bool verbIsPlural) && verbIsPlural == isPlural,
            isPlural ? "a plural verb" : "a singular verb");
        return _position++;
    }

    // Noun phrases until the end; what is not one is an adverb, an adjective, a preposition or a bare plural.
    private void ReadPredicate()
    {
        while (_position < _words.Length)
        {
            if (IsDeterminer(Next))
            {
                ReadNounPhrase(isSubject: false);
                continue;
            }

            Require(!AgreementLexicon.VerbIsPlural.ContainsKey(Next), "no second main verb");
            if (AgreementLexicon.NounIsPlural.TryGetValue(Next, out bool isPlural))
            {
                Require(isPlural && SubjectIsPlural, "a bare noun only as the plural predicate of a plural subject");
            }

            _position++;
        }
    }

    // By sound; the words below are the exceptions among the words that the grammar has.
    private void CheckArticle(string determiner)
    {
        if (determiner is "a" or "an")
        {
            bool startsWithVowel =
                Next is "honest" || (Next is not "useful" && "aeiou".Contains(Next[0], StringComparison.Ordinal));
            Require(startsWithVowel == (determiner == "an"), $"'{(startsWithVowel ? "an" : "a")} {Next}'");
        }
    }

    // Not Assert.True: it would write every message, and a sample has a hundred thousand words.
    private void Require(bool isMet, string expected)
    {
        if (!isMet)
        {
            Assert.Fail($"At word {_position} ('{Next}') of \"{Text}\": expected {expected}.");
        }
    }
}
