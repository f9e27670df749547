using System.Text;
using System.Text.Json;

namespace Backflow.Lessons.Tests;

public sealed class ScriptedEngineTests
{
    [Fact]
    public void Ask_Question_IsAnsweredAsTheServerAnswersIt()
    {
        Dictionary<string, string> values = new() { ["cell"] = "lstm", ["length"] = "20" };
        string expected = Encoding.UTF8.GetString(EngineQuestions.Answer("explorer", values));
        string answer = ScriptedEngine.Ask("explorer", """{"cell":"lstm","length":"20"}""");
        Assert.Equal(BeforeTheClock(expected), BeforeTheClock(answer));

        static string BeforeTheClock(string text) =>
            text[..text.IndexOf("\"milliseconds\"", StringComparison.Ordinal)];
    }

    [Theory]
    [InlineData("explorer", """{"length":"1"}""", "from 2 to 200")]
    [InlineData("nothing", "{}", "There is no question")]
    public void Ask_Mistake_IsAnAnswerWithARemedy(string name, string values, string part)
    {
        JsonElement answer = Json(ScriptedEngine.Ask(name, values));
        Assert.Contains(part, answer.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(string.Empty, answer.GetProperty("remedy").GetString());
    }

    [Fact]
    public void Advance_InAnyPieces_TrainsTheSameNetworks()
    {
        using ScriptedEngine engine = new();
        const string Values = """{"length":"10","steps":"7","seed":"3"}""";
        engine.Train(Values);
        double[] whole = Losses(engine.Advance(7), network: 1);
        JsonElement start = Json(engine.Train(Values));
        Assert.Equal([64, 31], start.GetProperty("networks").EnumerateArray()
            .Select(static network => network.GetProperty("hidden").GetInt32()));
        Assert.Empty(start.GetProperty("networks")[1].GetProperty("losses").EnumerateArray());
        double[] pieces = [.. Losses(engine.Advance(2), network: 1), .. Losses(engine.Advance(50), network: 1)];
        Assert.Equal(7, whole.Length);
        Assert.Equal(whole, pieces);
        Assert.Empty(Losses(engine.Advance(1), network: 1));
    }

    [Fact]
    public void Advance_Step_MeasuresTheGradientOfEveryTimestep()
    {
        using ScriptedEngine engine = new();
        engine.Train("""{"length":"30","steps":"2"}""");
        double[] norms = Numbers(Json(engine.Advance(1)).GetProperty("networks")[0].GetProperty("norms"));
        Assert.Equal(30, norms.Length);

        // The loss is read at the last timestep alone: before it, an untrained RNN loses most of the gradient.
        Assert.True(norms[^1] > 100 * norms[0] && norms[0] > 0, $"{norms[^1]}, {norms[0]}");
    }

    [Fact]
    public void Advance_NoTraining_SaysSo()
    {
        using ScriptedEngine engine = new();
        Assert.StartsWith("No training", Error(engine.Advance(1)), StringComparison.Ordinal);
        Assert.StartsWith("'steps' must be", Error(engine.Train("""{"steps":"0"}""")), StringComparison.Ordinal);
    }

    private static string Error(string reply) => Json(reply).GetProperty("error").GetString()!;

    private static double[] Losses(string reply, int network) =>
        Numbers(Json(reply).GetProperty("networks")[network].GetProperty("losses"));

    private static double[] Numbers(JsonElement array) =>
        [.. array.EnumerateArray().Select(static number => number.GetDouble())];

    private static JsonElement Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
