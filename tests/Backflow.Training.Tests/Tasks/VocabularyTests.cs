using System.Text;
using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests.Tasks;

public sealed class VocabularyTests
{
    [Fact]
    public void FromText_AnyOrder_SortsDistinctCharactersByCodePoint()
    {
        Vocabulary vocabulary = Vocabulary.FromText("b😀a\nbé");

        Assert.Equal(["\n", "a", "b", "é", "😀"], vocabulary.Runes.Select(rune => rune.ToString()));
        Assert.Equal(5, vocabulary.Count);
        Assert.Null(vocabulary.UnknownToken);
        Assert.False(vocabulary.Contains(new Rune('c')));
    }

    [Fact]
    public void Encode_ThenDecode_ReturnsTheText()
    {
        const string Text = "Größe: 😀\r\n";
        Vocabulary vocabulary = Vocabulary.FromText(Text);
        int[] tokens = vocabulary.Encode(Text);

        Assert.Equal(Text.EnumerateRunes().Count(), tokens.Length);
        Assert.Equal(Text, vocabulary.Decode(tokens));
    }

    [Fact]
    public void Encode_UnknownCharacters_NamesFiveAndTheOption()
    {
        ExperimentException exception = Assert.Throws<ExperimentException>(
            () => Vocabulary.FromText("abc").Encode("é\taxyz😀é", "The prompt"));

        Assert.Equal(
            "The prompt contains 6 characters that the text that the model was trained on lacks: "
            + "U+0009, 'x' (U+0078), 'y' (U+0079), 'z' (U+007A), 'é' (U+00E9) and 1 more.",
            exception.Message);
        Assert.Contains("UnknownSymbol", exception.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_OneUnknownCharacter_IsSingular() =>
        Assert.StartsWith(
            "The text contains a character that",
            Assert.Throws<ExperimentException>(() => Vocabulary.FromText("abc").Encode("abcd")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Encode_WithUnknownSymbol_MapsToTheReplacementCharacter()
    {
        Vocabulary vocabulary = Vocabulary.FromText("ab😀", hasUnknownSymbol: true);

        Assert.Equal(2, vocabulary.UnknownToken);
        Assert.Equal([0, 2, 1, 3], vocabulary.Encode("axb😀"));
        Assert.Equal("a\uFFFDb😀", vocabulary.Decode(vocabulary.Encode("axb😀")));
    }

    [Fact]
    public void FromText_TextWithReplacementCharacter_DoesNotAllowUnknownOnes()
    {
        Vocabulary vocabulary = Vocabulary.FromText("a\uFFFD");

        Assert.Null(vocabulary.UnknownToken);
        Assert.Throws<ExperimentException>(() => vocabulary.Encode("b"));
    }

    [Theory]
    [InlineData("b a\n😀", false, "A 20 61 62 1F600")]
    [InlineData("b a\n😀", true, "A 20 61 62 FFFD? 1F600")]
    [InlineData("a\uFFFD", false, "61 FFFD")]
    [InlineData("a\uFFFD", true, "61 FFFD?")]
    public void Serialize_ThenDeserialize_KeepsEveryToken(string text, bool hasUnknownSymbol, string expected)
    {
        Vocabulary vocabulary = Vocabulary.FromText(text, hasUnknownSymbol);
        Vocabulary copy = Vocabulary.Deserialize(vocabulary.Serialize());

        Assert.Equal(expected, vocabulary.Serialize());
        Assert.Equal(vocabulary.Runes, copy.Runes);
        Assert.Equal(vocabulary.UnknownToken, copy.UnknownToken);
        Assert.Equal(vocabulary.Encode(text), copy.Encode(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("61 zz")]
    [InlineData("62 61")]
    [InlineData("61 61")]
    [InlineData("D800")]
    [InlineData("110000")]
    [InlineData("61?")]
    [InlineData("61  62")]
    [InlineData("FFFFFFFF")]
    public void Deserialize_NoVocabulary_Throws(string serialized) =>
        Assert.Throws<ExperimentException>(() => Vocabulary.Deserialize(serialized));

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Decode_TokenOutside_Throws(int token) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Vocabulary.FromText("abc").Decode([token]));

    [Fact]
    public void Encode_LoneSurrogate_NamesTheIndex() =>
        Assert.Contains(
            "index 1",
            Assert.Throws<ExperimentException>(() => Vocabulary.FromText("a").Encode("a\uD83D!")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void FromText_Empty_Throws() => Assert.Throws<ExperimentException>(() => Vocabulary.FromText(""));
}
