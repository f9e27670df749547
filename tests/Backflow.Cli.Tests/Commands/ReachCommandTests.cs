using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>Effective context and gradient reach at the end of real commands, on a task whose lag is known.</summary>
public sealed class ReachCommandTests
{
    private static readonly string[] Echo =
    [
        "--task", "echo", "--lag", "3", "--length", "10", "--hidden", "24", "--lr", "0.01", "--steps", "400",
        "--seed", "1",
    ];

    [Fact]
    public void Train_EchoThatIsLearnt_UsesItsInputAsFarBackAsTheLag()
    {
        using TemporaryFolder folder = new();
        ProcessResult json = BackflowProcess.Run(folder.Path, ["train", .. Echo, "--json"]);
        Assert.True(json.ExitCode == 0, json.Error);
        JsonElement end = json.Json()[^1];
        Assert.Equal(3, end.GetProperty("effectiveContext").GetDouble());
        Assert.False(end.GetProperty("effectiveContextIsAtLeast").GetBoolean());
        Assert.InRange(end.GetProperty("gradientReach").GetDouble(), 3, 12);
    }

    [Fact]
    public void Compare_Table_HasTheNumbersOfTheJson()
    {
        using TemporaryFolder folder = new();
        ProcessResult table = BackflowProcess.Run(folder.Path, ["compare", "--cells", "lstm,gru", .. Echo]);
        ProcessResult json = BackflowProcess.Run(folder.Path, ["compare", "--cells", "lstm,gru", .. Echo, "--json"]);
        Assert.True(table.ExitCode == 0, table.Error);
        string[] row = [.. table.Output.Split('\n')
            .Single(static line => line.Contains("| effective context", StringComparison.Ordinal))
            .Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(
            json.Json()[^1].GetProperty("cells").EnumerateArray()
                .Select(static cell => cell.GetProperty("effectiveContext").GetRawText()),
            row[1..]);
    }

    [Fact]
    public void Train_WithoutTelemetry_SaysNothingOfThem()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path, ["train", .. Echo[..^4], "--steps", "2", "--telemetry", "off"]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.DoesNotContain("Effective context", result.Output, StringComparison.Ordinal);
    }
}
