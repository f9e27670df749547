using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Lessons.Dependencies;

/// <summary>A sentence with one dependency: what is read, and the word that has to follow.</summary>
/// <param name="Kind">The kind of sentence.</param>
/// <param name="Words">What a network reads, the answer not among it.</param>
/// <param name="Key">The place of the word that decides, from 0.</param>
/// <param name="Answer">The word that has to follow.</param>
internal sealed record DependencySentence(
    DependencyKind Kind, ImmutableArray<string> Words, int Key, string Answer)
{
    /// <summary>One sentence in so many is kept from training.</summary>
    private const int HeldOutShare = 4;

    /// <summary>A sentence that fits has been drawn long before: the chance that it has not is below e⁻¹⁰⁰.</summary>
    private const int MostDraws = 1_000;

    private static readonly SplittableRandom Keeper = new SplittableRandom(0).Split("held out of training");
    private static readonly SplittableRandom HeldOutSentences = new SplittableRandom(0).Split("held-out sentences");

    /// <summary>The way from the key to the answer, in words.</summary>
    public int Distance => Words.Length - Key;

    /// <summary>Whether training never reads the sentence.</summary>
    /// <remarks>
    /// A function of its words. With no word between there are too few sentences to keep any: all of them are read.
    /// </remarks>
    public bool IsHeldOut =>
        Distance > Kind.Shortest && Keeper.Split(string.Join(' ', Words)).NextInt32(HeldOutShare) == 0;

    /// <summary>Draws a sentence to train on.</summary>
    public static DependencySentence ForTraining(DependencyKind kind, int distance, SplittableRandom random) =>
        Draw(kind, distance, random, static sentence => !sentence.IsHeldOut);

    /// <summary>The sentence of a number that training never reads; of the shortest ones, see
    /// <see cref="IsHeldOut"/>.</summary>
    public static DependencySentence HeldOut(DependencyKind kind, int distance, int number) => Draw(
        kind,
        distance,
        HeldOutSentences.Split(kind.Name).Split((ulong)distance).Split((ulong)number),
        sentence => distance == kind.Shortest || sentence.IsHeldOut);

    private static DependencySentence Draw(
        DependencyKind kind, int distance, SplittableRandom random, Func<DependencySentence, bool> fits)
    {
        for (int i = 0; i < MostDraws; i++)
        {
            DependencySentence sentence = Draw(kind, distance, random);
            if (fits(sentence))
            {
                return sentence;
            }
        }

        throw new InvalidOperationException($"None of {MostDraws} sentences of {kind.Name} {distance} fits.");
    }

    private static DependencySentence Draw(DependencyKind kind, int distance, SplittableRandom random)
    {
        (string key, string answer) = kind.Keys[random.NextInt32(kind.Keys.Length)];
        return new DependencySentence(
            kind,
            [
                .. kind.Before, key, .. kind.After,
                .. Between(kind.Phrases, distance - kind.Shortest, random),
                .. kind.End,
            ],
            kind.Before.Length,
            answer);
    }

    // Longer phrases come first and none twice in a row, so that the sentence can be read.
    private static List<string> Between(ImmutableArray<string> phrases, int words, SplittableRandom random)
    {
        List<string> between = [];
        string last = string.Empty;
        while (between.Count < words)
        {
            int room = words - between.Count;
            string[] fitting = [.. phrases.Where(phrase => phrase != last && WordsOf(phrase) <= room)];
            string[] longer = [.. fitting.Where(static phrase => WordsOf(phrase) > 1)];
            last = room > 2 && longer.Length > 0
                ? longer[random.NextInt32(longer.Length)]
                : fitting[random.NextInt32(fitting.Length)];
            between.AddRange(last.Split(' '));
        }

        return between;
    }

    private static int WordsOf(string phrase) => 1 + phrase.Count(static character => character == ' ');
}
