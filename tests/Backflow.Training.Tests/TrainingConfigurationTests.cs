using System.Text.Json.Nodes;
using Xunit;

namespace Backflow.Training.Tests;

public sealed class TrainingConfigurationTests
{
    private static readonly string[] Younger =
        ["task", "taskOptions", "telemetry", "telemetryInterval", "onVerdict", "verdictSettings", "recompute"];

    [Fact]
    public void FromJson_WrittenBeforeAnOptionExisted_HasTheOptionsDefault()
    {
        JsonObject old = JsonNode.Parse(new TrainingConfiguration { HiddenSize = 17 }.ToJson())!.AsObject();
        foreach (string name in Younger)
        {
            Assert.True(old.Remove(name), $"A configuration has no property {name}.");
        }

        TrainingConfiguration read = TrainingConfiguration.FromJson(old.ToJsonString());

        Assert.Equal(17, read.HiddenSize);
        Assert.Equal("warn", read.OnVerdict);
        Assert.Equal("economy", read.Telemetry);
        Assert.Empty(read.VerdictSettings);
        Assert.Empty(read.TaskOptions);
        Assert.False(read.Recompute);
        TrainingOptions.Validate(read);
        Assert.Equal("HiddenSize = 17", TrainingOptions.Describe(read));
    }

    [Fact]
    public void FromJson_TaskOptionsAsTheCommandLineOnceWroteThem_HaveTheirNamesWithoutDashes()
    {
        TrainingConfiguration read = TrainingConfiguration.FromJson(
            """{"task":"copy-memory","cells":["lstm"],"taskOptions":{"--lag":7,"--symbols":3}}""");
        Assert.Equal(["lag", "symbols"], read.TaskOptions.Keys);
        Assert.Equal([7, 3], read.TaskOptions.Values);
    }
}
