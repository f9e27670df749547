using System.Text.Json;
using Backflow.Training.Verdicts;
using Xunit;

namespace Backflow.Training.Tests.Verdicts;

public sealed class RecordedRemediesTests
{
    private static readonly string Configuration =
        new TrainingConfiguration { Task = "adding", Cells = ["rnn"] }.ToJson();

    [Fact]
    public void WithCommands_RunOfBeforeThereWereSettings_KeepsItsCommand()
    {
        const string Payload =
            """{"verdict":"x","remedies":[{"text":"take a GRU","command":"backflow train --cell gru"}]}""";
        string command = Command(RecordedRemedies.WithCommands(Payload, Configuration, new Writer()));
        Assert.Equal("backflow train --cell gru, completed", command);
    }

    [Fact]
    public void WithCommands_SettingsAlone_GetTheCommandOfTheChangedRun()
    {
        const string Payload =
            """{"verdict":"x","value":1e300,"remedies":[{"text":"take a GRU","settings":{"Cells":"gru"}}]}""";
        Assert.Equal("train adding with gru",
            Command(RecordedRemedies.WithCommands(Payload, Configuration, new Writer())));
        Assert.Equal("train adding with gru", RecordedRemedies.FirstCommand(Payload, Configuration, new Writer()));
    }

    [Theory]
    [InlineData("""{"remedies":[{"text":"wait","settings":{"Patience":"9"}}]}""")]
    [InlineData("""{"remedies":[]}""")]
    [InlineData("""{"note":"of another kind"}""")]
    [InlineData("no JSON")]
    public void FirstCommand_NothingToWrite_IsNone(string payload) =>
        Assert.Null(RecordedRemedies.FirstCommand(payload, Configuration, new Writer()));

    private static string Command(string payload) => JsonDocument.Parse(payload).RootElement
        .GetProperty("remedies")[0].GetProperty("command").GetString()!;

    private sealed class Writer : ICommandWriter
    {
        public string Train(TrainingConfiguration configuration) =>
            $"train {configuration.Task} with {string.Join(',', configuration.Cells)}";

        public string Complete(string command) => command + ", completed";
    }
}
