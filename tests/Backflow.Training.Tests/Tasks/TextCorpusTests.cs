using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests.Tasks;

public sealed class TextCorpusTests
{
    [Fact]
    public void FromText_Default_SplitsNineToOneWithoutShuffling()
    {
        TextCorpus corpus = TextCorpus.FromText("digits", "01234567890123456780");

        Assert.Equal("012345678901234567", corpus.Vocabulary.Decode(corpus.Training.ToArray()));
        Assert.Equal("80", corpus.Vocabulary.Decode(corpus.Validation.ToArray()));
        Assert.Equal("780", corpus.Vocabulary.Decode(corpus.ValidationWithContext.ToArray()));
        Assert.Equal(20, corpus.CharacterCount);
        Assert.Equal("digits", corpus.Name);
    }

    [Theory]
    [InlineData(1_115_394, 0.9, 1_003_854)] // Tiny Shakespeare and its published split.
    [InlineData(100, 0.29, 29)]
    [InlineData(10, 0.7, 7)]
    [InlineData(10, 1, 10)]
    [InlineData(10, 0.25, 2)]
    public void FromText_TrainingFraction_IsRoundedDown(int characters, double fraction, int expected)
    {
        TextCorpus corpus = TextCorpus.FromText(
            "a", new string('a', characters), new TextCorpusOptions { TrainingFraction = fraction });

        Assert.Equal(expected, corpus.Training.Length);
        Assert.Equal(characters - expected, corpus.Validation.Length);
        Assert.Equal(expected == characters ? 0 : characters - expected + 1, corpus.ValidationWithContext.Length);
    }

    [Fact]
    public void FromText_CharactersBeyondTheBasicPlane_CountOnce()
    {
        TextCorpus corpus = TextCorpus.FromText("emoji", "😀😀😀😀😀😀😀😀😀😀");

        Assert.Equal(10, corpus.CharacterCount);
        Assert.Equal(1, corpus.Vocabulary.Count);
    }

    [Fact]
    public void FromText_Vocabulary_ComesFromTheTrainingPartAlone()
    {
        ExperimentException exception =
            Assert.Throws<ExperimentException>(() => TextCorpus.FromText("poem", "aaaaaaaaaé"));

        Assert.Equal(
            "The validation part of 'poem' contains a character that its training part lacks: 'é' (U+00E9).",
            exception.Message);
        Assert.Contains("UnknownSymbol", exception.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void FromText_UnknownSymbol_StandsForWhatTrainingLacks()
    {
        TextCorpus corpus = TextCorpus.FromText(
            "poem", "aaaaaaaaaé", new TextCorpusOptions { UsesUnknownSymbol = true });

        Assert.Equal(2, corpus.Vocabulary.Count);
        Assert.Equal([corpus.Vocabulary.UnknownToken!.Value], corpus.Validation.ToArray());
    }

    [Fact]
    public void FromText_GivenVocabulary_IsKept()
    {
        Vocabulary vocabulary = Vocabulary.FromText("abcdef");
        TextCorpus corpus = TextCorpus.FromText(
            "more", "fedfedfede", new TextCorpusOptions { Vocabulary = vocabulary });

        Assert.Same(vocabulary, corpus.Vocabulary);
        Assert.Equal([5, 4, 3], corpus.Training[..3].ToArray());
        ExperimentException exception = Assert.Throws<ExperimentException>(
            () => TextCorpus.FromText("more", "xaaaaaaaaa", new TextCorpusOptions { Vocabulary = vocabulary }));
        Assert.StartsWith(
            "The training part of 'more' contains a character that the model's vocabulary lacks",
            exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromText_LineEnds_StayAsTheyAre()
    {
        TextCorpus corpus = TextCorpus.FromText("dos", "a\r\nb\r\na\r\nb\r\n");

        Assert.Equal("\n\rab", string.Concat(corpus.Vocabulary.Runes));
    }

    [Fact]
    public void FromText_TooShort_SaysHasAndNeeds()
    {
        TextCorpusOptions options = new() { BatchSize = 4, SequenceLength = 8 };

        ExperimentException exception = Assert.Throws<ExperimentException>(
            () => TextCorpus.FromText("short", new string('a', 36), options));
        Assert.Equal(
            "'short' is too short: it has 36 characters, of which 32 are for training; "
            + "batch size 4 and sequence length 8 need 33.",
            exception.Message);
        Assert.Equal(33, TextCorpus.FromText("enough", new string('a', 37), options).Training.Length);
    }

    [Fact]
    public void FromText_Empty_Throws() =>
        Assert.Equal(
            "'nothing' is empty.",
            Assert.Throws<ExperimentException>(() => TextCorpus.FromText("nothing", "")).Message);

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1.1, 1, 1)]
    [InlineData(double.NaN, 1, 1)]
    [InlineData(0.9, 0, 1)]
    [InlineData(0.9, 1, -1)]
    public void FromText_WrongOption_Throws(double fraction, int batchSize, int sequenceLength)
    {
        TextCorpusOptions options = new()
        {
            TrainingFraction = fraction,
            BatchSize = batchSize,
            SequenceLength = sequenceLength,
        };

        Assert.Throws<ExperimentException>(() => TextCorpus.FromText("a", "aaaaaaaaaa", options));
    }
}
