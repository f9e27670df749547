using System.Text.Json;
using Backflow.Lessons.Dependencies;
using Backflow.Training;

namespace Backflow.Lessons.Tests.Dependencies;

public sealed class DependencyQuestionsTests
{
    [Fact]
    public void Kinds_ADistance_HasASentenceOfEveryKindForEveryCell()
    {
        JsonElement answer = Ask("dependency-kinds", ("distance", "1"), ("steps", "300"));
        Assert.Equal([0, 300, 1000, 3000], answer.GetProperty("stages").EnumerateArray().Select(one => one.GetInt32()));
        JsonElement[] sentences = [.. answer.GetProperty("sentences").EnumerateArray()];
        Assert.Equal(DependencyAccuracy.Kinds, sentences.Select(static one => one.GetProperty("kind").GetString()));
        foreach (JsonElement sentence in sentences)
        {
            Assert.Equal(sentence.GetProperty("shortest").GetInt32(), sentence.GetProperty("distance").GetInt32());
            int words = sentence.GetProperty("words").GetArrayLength();
            foreach (string cell in DependencyNetworks.CellNames)
            {
                JsonElement reading = sentence.GetProperty("readings").GetProperty(cell);
                Assert.Equal(words, reading.GetProperty("norms").GetArrayLength());
            }
        }
    }

    [Fact]
    public void Sentence_Shortest_IsReadAndItsAnswerCanBeCounted()
    {
        JsonElement answer = Ask("dependency-sentence", ("kind", "agreement"), ("distance", "1"));
        Assert.Equal(2, answer.GetProperty("words").GetArrayLength());
        Assert.Equal("the", answer.GetProperty("words")[0].GetString());
        Assert.Equal(1, answer.GetProperty("key").GetInt32());
        Assert.Equal(["sits", "sit"], answer.GetProperty("candidates").EnumerateArray().Select(one => one.GetString()));
        JsonElement lstm = answer.GetProperty("readings").GetProperty("lstm");
        Assert.InRange(lstm.GetProperty("probabilities").EnumerateArray().Sum(one => one.GetDouble()), 0.9, 1.0001);
        Assert.Equal(answer.GetProperty("answer").GetString(), lstm.GetProperty("named").GetString());
        Assert.True(lstm.GetProperty("isRight").GetBoolean());
    }

    [Fact]
    public void Accuracy_AKind_HasAShareForEveryDistance()
    {
        JsonElement answer = Ask("dependency-accuracy", ("kind", "language"), ("steps", "0"));
        Assert.Equal(3, answer.GetProperty("shortest").GetInt32());
        Assert.Equal(0.25, answer.GetProperty("chance").GetDouble());
        Assert.Equal(18, answer.GetProperty("shares").GetProperty("gru").GetArrayLength());
    }

    [Fact]
    public void Round_OfTheGame_IsTheSentenceWithoutItsAnswer()
    {
        JsonElement round = Ask("memory-round", ("distance", "7"), ("number", "12"));
        JsonElement sentence = Ask(
            "dependency-sentence", ("kind", "memory"), ("distance", "7"), ("number", "12"));
        string[] words = [.. round.GetProperty("words").EnumerateArray().Select(static one => one.GetString()!)];
        Assert.Equal(
            words, sentence.GetProperty("words").EnumerateArray().Select(static one => one.GetString()!));
        Assert.Equal(words[0], sentence.GetProperty("answer").GetString());
        Assert.Equal("?", words[^1]);
        Assert.Equal(7, words.Length);
        Assert.False(round.TryGetProperty("answer", out _));
    }

    [Theory]
    [InlineData("dependency-sentence", "kind", "poetry", "poetry")]
    [InlineData("dependency-sentence", "distance", "21", "from 1 to 20")]
    [InlineData("memory-round", "distance", "1", "from 2 to 20")]
    [InlineData("dependency-accuracy", "steps", "500", "500 steps")]
    [InlineData("dependency-kinds", "number", "-1", "from 0 to 999999")]
    public void Answer_OddValue_IsNamedWithWhatIsAllowed(string question, string name, string value, string said)
    {
        ExperimentException mistake = Assert.Throws<ExperimentException>(() => Ask(question, (name, value)));
        Assert.Contains(said, mistake.Message, StringComparison.Ordinal);
    }

    private static JsonElement Ask(string question, params (string Name, string Value)[] values)
    {
        Dictionary<string, string> given = values.ToDictionary(static one => one.Name, static one => one.Value);
        using JsonDocument document = JsonDocument.Parse(EngineQuestions.Answer(question, given));
        return document.RootElement.Clone();
    }
}
