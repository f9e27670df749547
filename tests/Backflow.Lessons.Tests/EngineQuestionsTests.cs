using System.Text.Json;
using Backflow.Training;

namespace Backflow.Lessons.Tests;

public sealed class EngineQuestionsTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public void Answer_NothingGiven_UsesUsualValues()
    {
        using JsonDocument answer = JsonDocument.Parse(EngineQuestions.Answer("explorer", Nothing));
        Assert.Equal(8, answer.RootElement.GetProperty("norms").GetArrayLength());
    }

    [Fact]
    public void Answer_EveryQuestion_AnswersWithoutValues() => Assert.All(EngineQuestions.Names, static name =>
    {
        using JsonDocument answer = JsonDocument.Parse(EngineQuestions.Answer(name, Nothing));
        Assert.Equal(JsonValueKind.Object, answer.RootElement.ValueKind);
    });

    [Fact]
    public void Answer_UnknownQuestion_NamesThoseThereAre()
    {
        ExperimentException mistake =
            Assert.Throws<ExperimentException>(static () => EngineQuestions.Answer("everything", Nothing));
        Assert.Contains("everything", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("explorer", mistake.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("length", "8.5")]
    [InlineData("length", "-1")]
    [InlineData("scale", "x")]
    [InlineData("scale", "NaN")]
    [InlineData("forgetBias", "Infinity")]
    [InlineData("seed", "")]
    public void Answer_OddValue_IsNamedWithWhatIsAllowed(string name, string value)
    {
        ExperimentException mistake = Assert.Throws<ExperimentException>(
            () => EngineQuestions.Answer("explorer", new Dictionary<string, string> { [name] = value }));
        Assert.StartsWith($"'{name}' must be a ", mistake.Message, StringComparison.Ordinal);
    }
}
