using System.Text.Json;
using Backflow.Training;

namespace Backflow.Lessons.Tests.Attention;

public sealed class AttentionAnswerTests
{
    /// <summary>A row of at most 24 floats.</summary>
    private const double SumTolerance = 1e-5;

    [Fact]
    public void Answer_NothingGiven_CopiesTheUsualSentenceWithAttention()
    {
        using JsonDocument answer = Ask([]);
        JsonElement root = answer.RootElement;
        string sentence = root.GetProperty("sentence").GetString()!;
        JsonElement[] systems = [.. root.GetProperty("systems").EnumerateArray()];
        Assert.Equal(
            ["rnn", "lstm", "rnn-attention", "lstm-attention"],
            systems.Select(static system => system.GetProperty("name").GetString()));
        foreach (JsonElement system in systems)
        {
            string written = system.GetProperty("written").GetString()!;
            Assert.Equal(sentence.Length, written.Length);
            Assert.Equal(
                written.Zip(sentence).Count(static pair => pair.First == pair.Second),
                system.GetProperty("right").GetInt32());
            Assert.Equal(sentence.Length, system.GetProperty("gradients").GetArrayLength());
        }

        Assert.All(systems[2..], system => Assert.Equal(sentence, system.GetProperty("written").GetString()));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public void Answer_Weights_SumToOneAndAreNoneWithoutAttention(string trained)
    {
        using JsonDocument answer = Ask(new() { ["sentence"] = "facade", ["trained"] = trained });
        foreach (JsonElement system in answer.RootElement.GetProperty("systems").EnumerateArray())
        {
            JsonElement weights = system.GetProperty("weights");
            bool looksBack = system.GetProperty("name").GetString()!.EndsWith("attention", StringComparison.Ordinal);
            Assert.Equal(looksBack ? JsonValueKind.Array : JsonValueKind.Null, weights.ValueKind);
            Assert.Equal(weights.ValueKind, system.GetProperty("spread").ValueKind);
            if (looksBack)
            {
                Assert.All(weights.EnumerateArray(), static row =>
                    Assert.Equal(1, row.EnumerateArray().Sum(static weight => weight.GetDouble()), SumTolerance));
                Assert.All(system.GetProperty("spread").EnumerateArray(), static spread =>
                    Assert.InRange(spread.GetDouble(), 1 - SumTolerance, 6 + SumTolerance));
            }
        }
    }

    // The point of the lesson, before any training: the way back through all states, and the one hop.
    [Fact]
    public void Answer_BeforeTraining_TheFirstInputIsFarWithoutAttentionAndNearWithIt()
    {
        using JsonDocument answer = Ask(new() { ["sentence"] = "abcdefghabcdefghabcdefgh", ["trained"] = "0" });
        double[] first =
        [
            .. answer.RootElement.GetProperty("systems").EnumerateArray().Select(static system =>
            {
                JsonElement[] row = [.. system.GetProperty("gradients").EnumerateArray().Last().EnumerateArray()];
                return row[0].GetDouble() / row.Max(static norm => norm.GetDouble());
            }),
        ];
        Assert.True(first[0] < 1e-3, $"The RNN leaves {first[0]:G3}.");
        Assert.True(first[1] < first[3], $"The LSTM leaves {first[1]:G3}, with attention {first[3]:G3}.");
        Assert.True(first[2] > 0.1, $"The RNN with attention leaves {first[2]:G3}.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("abi")]
    [InlineData("ABC")]
    [InlineData("abcdefghabcdefghabcdefgha")]
    public void Answer_SentenceThatCannotBeRead_SaysWhatCan(string sentence)
    {
        ExperimentException mistake =
            Assert.Throws<ExperimentException>(() => Ask(new() { ["sentence"] = sentence }).Dispose());
        Assert.Equal("'sentence' must be 2 to 24 letters from a to h.", mistake.Message);
        Assert.StartsWith("sentence=", mistake.Remedy, StringComparison.Ordinal);
    }

    private static JsonDocument Ask(Dictionary<string, string> values) =>
        JsonDocument.Parse(EngineQuestions.Answer("attention", values));
}
