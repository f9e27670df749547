using Backflow.Engine;
using Backflow.Training.Tasks;
using Backflow.Training.Tasks.Agreement;
using Xunit;

namespace Backflow.Training.Tests.Tasks;

public sealed class AgreementGrammarTests
{
    private const int SentenceCount = 20_000;

    /// <summary>Standard deviations: a true fair coin fails once in about two million checks.</summary>
    private const double Deviations = 5;

    private static readonly List<AgreementSentence> DefaultSample = Sample(new AgreementOptions(), seed: 1);

    [Fact]
    public void Next_EverySentence_AgreesByAnIndependentReading()
    {
        foreach (AgreementSentence sentence in DefaultSample)
        {
            CheckAgainstReading(sentence);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void NextWithAttractors_EverySentence_HasOnlyAttractorsAndNoCue(int attractorCount)
    {
        AgreementGrammar grammar = new();
        SplittableRandom random = new(seed: 2);
        int plural = 0;
        for (int i = 0; i < 2000; i++)
        {
            AgreementSentence sentence = grammar.NextWithAttractors(attractorCount, random);

            CheckAgainstReading(sentence);
            Assert.Equal(attractorCount, sentence.InterveningNounCount);
            Assert.Equal(attractorCount, sentence.AttractorCount);
            Assert.False(sentence.HasNumberCue, sentence.Text);
            plural += sentence.SubjectNumber == GrammaticalNumber.Plural ? 1 : 0;
        }

        AssertBinomial(plural, trials: 2000, probability: 0.5, "plural subjects");
    }

    [Fact]
    public void Next_InterveningNouns_FollowTheWeightsFromZeroToFive()
    {
        AgreementOptions options = new();
        List<AgreementSentence> sentences = Sample(options, seed: 3);

        for (int count = 0; count <= AgreementGrammar.MaximumInterveningNouns; count++)
        {
            int found = DefaultSample.Count(sentence => sentence.InterveningNounCount == count);
            AssertBinomial(found, SentenceCount, options.InterveningNounWeights[count], $"{count} intervening nouns");
            Assert.Contains(DefaultSample, sentence => sentence.AttractorCount == count);
        }
    }

    [Fact]
    public void Next_AttractorShare_IsTheShareOfOppositeNumbers()
    {
        List<AgreementSentence> sentences = Sample(new AgreementOptions { AttractorShare = 0.8 }, seed: 4);

        AssertBinomial(
            sentences.Sum(sentence => sentence.AttractorCount),
            sentences.Sum(sentence => sentence.InterveningNounCount),
            probability: 0.8,
            "attractors");
    }

    [Fact]
    public void Next_SubjectNumber_IsAFairCoin() =>
        AssertBinomial(
            DefaultSample.Count(sentence => sentence.SubjectNumber == GrammaticalNumber.Plural),
            SentenceCount,
            probability: 0.5,
            "plural subjects");

    [Fact]
    public void Next_WithoutNumberCue_NoWordBeforeTheVerbTellsTheNumber()
    {
        (string word, double deviations) = MostTellingWord(attractorShare: 0.5);

        Assert.True(deviations <= Deviations, $"'{word}' tells the number by {deviations:F1} standard deviations.");
    }

    [Fact]
    public void Next_UnfairAttractorShare_IsFoundByTheSameMeasure() =>
        Assert.True(MostTellingWord(attractorShare: 0.9).Deviations > Deviations);

    [Fact]
    public void Next_SameSeed_GivesTheSameSentences()
    {
        string[] first = [.. Sample(new AgreementOptions(), seed: 6, count: 100).Select(sentence => sentence.Text)];
        string[] second = [.. Sample(new AgreementOptions(), seed: 6, count: 100).Select(sentence => sentence.Text)];
        string[] other = [.. Sample(new AgreementOptions(), seed: 7, count: 100).Select(sentence => sentence.Text)];

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void Next_FixedSeed_GivesTheFrozenSentences()
    {
        IEnumerable<string> sentences =
            Sample(new AgreementOptions(), seed: 20_160, count: 5).Select(sentence => sentence.Text);

        Assert.Equal(
            [
                "The sailor who remembers the neighbours with many plates sells three trains.",
                "Those spoons are plain.",
                "The wagons that the daughter behind the young dancers owns are from the parks.",
                "The clock rarely vanishes.",
                "The rich lawyers cough.",
            ],
            sentences);
    }

    [Fact]
    public void Next_ManySentences_RarelyRepeatOne()
    {
        int[] repetitions = [.. DefaultSample.GroupBy(sentence => sentence.Text).Select(group => group.Count())];

        Assert.True(repetitions.Max() <= 10, $"One sentence comes {repetitions.Max()} times in {SentenceCount}.");
        Assert.True(repetitions.Length >= 0.97 * SentenceCount, $"{repetitions.Length} of {SentenceCount} differ.");
    }

    [Fact]
    public void Next_Offsets_PointAtSubjectAndVerbInTheText()
    {
        foreach (AgreementSentence sentence in Sample(new AgreementOptions(), seed: 9, count: 500))
        {
            Assert.StartsWith(sentence.Verb, sentence.Text[sentence.VerbOffset..], StringComparison.Ordinal);
            Assert.StartsWith(
                sentence.Words[sentence.SubjectIndex],
                sentence.Text[sentence.SubjectOffset..],
                StringComparison.Ordinal);
            Assert.Equal(sentence.Text[..sentence.VerbOffset], sentence.Prefix);
            Assert.EndsWith(" ", sentence.Prefix, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void GenerateText_DefaultLength_IsLinesOfAsciiSentences()
    {
        string text = new AgreementGrammar().GenerateText(500_000, new SplittableRandom(seed: 10));
        string[] lines = text.Split('\n');

        Assert.InRange(text.Length, 500_000, 500_300);
        Assert.Empty(lines[^1]);
        Assert.All(lines[..^1], line => Assert.Matches("^[A-Z][A-Za-z ]+\\.$", line));
        Assert.True(text.Length - lines[^2].Length - 1 < 500_000, "The text goes on when it is long enough.");
    }

    private static List<AgreementSentence> Sample(AgreementOptions options, ulong seed, int count = SentenceCount)
    {
        AgreementGrammar grammar = new(options);
        SplittableRandom random = new(seed);
        List<AgreementSentence> sentences = new(count);
        for (int i = 0; i < count; i++)
        {
            sentences.Add(grammar.Next(random));
        }

        return sentences;
    }

    private static void CheckAgainstReading(AgreementSentence sentence)
    {
        AgreementReader reading = new(sentence.Text);

        Assert.Equal(reading.SubjectIndex, sentence.SubjectIndex);
        Assert.Equal(reading.VerbIndex, sentence.VerbIndex);
        Assert.Equal(reading.SubjectIsPlural, sentence.SubjectNumber == GrammaticalNumber.Plural);
        Assert.Equal(reading.InterveningIsPlural.Length, sentence.InterveningNounCount);
        Assert.Equal(
            reading.InterveningIsPlural.Count(isPlural => isPlural != reading.SubjectIsPlural),
            sentence.AttractorCount);
        Assert.Equal(
            reading.InterveningIsPlural,
            sentence.InterveningNumbers.Select(number => number == GrammaticalNumber.Plural));
        Assert.Equal(reading.HasNumberCue, sentence.HasNumberCue);
        Assert.Equal(AgreementLexicon.OtherVerbForm[sentence.Verb], sentence.WrongVerb);
    }

    // Over sentences that contain a word before the verb (the head aside), how far the subject is from a fair coin.
    private static (string Word, double Deviations) MostTellingWord(double attractorShare)
    {
        Dictionary<string, (int Singular, int Plural)> counts = [];
        AgreementOptions options = new() { AttractorShare = attractorShare };
        foreach (AgreementSentence sentence in Sample(options, seed: 11).Where(sentence => !sentence.HasNumberCue))
        {
            bool isPlural = sentence.SubjectNumber == GrammaticalNumber.Plural;
            IEnumerable<string> words = sentence.Words
                .Take(sentence.VerbIndex)
                .Where((_, i) => i != sentence.SubjectIndex);
            foreach (string word in words.Distinct())
            {
                (int singular, int plural) = counts.GetValueOrDefault(word);
                counts[word] = isPlural ? (singular, plural + 1) : (singular + 1, plural);
            }
        }

        return counts
            .Select(entry => (
                entry.Key,
                Math.Abs(entry.Value.Singular - entry.Value.Plural)
                    / Math.Sqrt(entry.Value.Singular + entry.Value.Plural)))
            .MaxBy(entry => entry.Item2);
    }

    private static void AssertBinomial(int found, int trials, double probability, string what)
    {
        double expected = trials * probability;
        double bound = Deviations * Math.Sqrt(trials * probability * (1 - probability));
        Assert.True(
            Math.Abs(found - expected) <= bound, $"{found} of {trials} {what}; expected {expected:F0} ± {bound:F0}.");
    }
}
