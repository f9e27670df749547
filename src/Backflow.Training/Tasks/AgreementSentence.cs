using System.Collections.Immutable;
using Backflow.Training.Tasks.Agreement;

namespace Backflow.Training.Tasks;

/// <summary>One sentence of an <see cref="AgreementGrammar"/>, with the place of its agreement.</summary>
/// <remarks>
/// To ask a model: let it read <see cref="Prefix"/>, then compare the probability of <see cref="Verb"/> with that of
/// <see cref="WrongVerb"/>, each followed by a space or the final period.
/// </remarks>
public sealed class AgreementSentence
{
    internal AgreementSentence(
        ImmutableArray<string> words,
        int subjectIndex,
        int verbIndex,
        GrammaticalNumber subjectNumber,
        ImmutableArray<(int Index, GrammaticalNumber Number)> interveningNouns,
        string wrongVerb,
        bool hasNumberCue)
    {
        Words = words;
        SubjectIndex = subjectIndex;
        VerbIndex = verbIndex;
        SubjectNumber = subjectNumber;
        InterveningNumbers = [.. interveningNouns.Select(static noun => noun.Number)];
        AttractorIndices =
            [.. interveningNouns.Where(noun => noun.Number != subjectNumber).Select(static noun => noun.Index)];
        WrongVerb = wrongVerb;
        HasNumberCue = hasNumberCue;
        Text = string.Concat(string.Join(' ', words).AsSpan(), ".".AsSpan());
        Text = string.Concat(char.ToUpperInvariant(Text[0]).ToString(), Text.AsSpan(1));
        for (int i = 0; i < verbIndex; i++)
        {
            VerbOffset += words[i].Length + 1;
            SubjectOffset += i < subjectIndex ? words[i].Length + 1 : 0;
        }
    }

    /// <summary>The words in order, lower-case but for names of days, without the period.</summary>
    public ImmutableArray<string> Words { get; }

    /// <summary>The position of the subject's head among <see cref="Words"/>.</summary>
    public int SubjectIndex { get; }

    /// <summary>The position of the main verb among <see cref="Words"/>.</summary>
    public int VerbIndex { get; }

    /// <summary>The number of the subject's head, and so of the main verb.</summary>
    public GrammaticalNumber SubjectNumber { get; }

    /// <summary>The numbers of the intervening nouns, from left to right.</summary>
    public ImmutableArray<GrammaticalNumber> InterveningNumbers { get; }

    /// <summary>How many nouns of any number stand between the subject's head and the main verb: 0 to 5.</summary>
    public int InterveningNounCount => InterveningNumbers.Length;

    /// <summary>
    /// How many of the intervening nouns have the opposite number to the subject (Linzen's attractors).
    /// </summary>
    public int AttractorCount => InterveningNumbers.Count(number => number != SubjectNumber);

    /// <summary>The positions of the attractors among <see cref="Words"/>.</summary>
    public ImmutableArray<int> AttractorIndices { get; }

    /// <summary>
    /// Whether a word before the main verb, other than the head, repeats the subject's number: its determiner ("these
    /// keys") or the verb of a relative clause about it ("the dog that chases …").
    /// </summary>
    public bool HasNumberCue { get; }

    /// <summary>The main verb.</summary>
    public string Verb => Words[VerbIndex];

    /// <summary>The form of the main verb for the other number: what an agreement error would write.</summary>
    public string WrongVerb { get; }

    /// <summary>The sentence with its capital letter and its period, ASCII, without a line break.</summary>
    public string Text { get; }

    /// <summary>The number of characters of <see cref="Text"/> before the subject's head.</summary>
    public int SubjectOffset { get; }

    /// <summary>The number of characters of <see cref="Text"/> before the main verb.</summary>
    public int VerbOffset { get; }

    /// <summary>The text before the main verb, with the space at its end.</summary>
    public string Prefix => Text[..VerbOffset];

    /// <inheritdoc/>
    public override string ToString() => Text;
}
