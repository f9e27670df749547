using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow bench as a user runs it, at sizes that take a second.</summary>
public sealed class BenchCommandTests
{
    private static readonly string[] Numbers =
        ["forwardMs", "totalMs", "minimumMs", "gflops", "peakGflops", "peakPercent"];

    [Fact]
    public void Json_OneObjectPerShape_WithEveryNumber()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path,
            "bench", "--shape", "lstm,16,8,4,2", "--shape", "step:gru,16,4,2", "--shape", "char:rnn,16",
            "--repeats", "3", "--json");

        Assert.True(result.ExitCode == 0, result.Error);
        List<JsonElement> rows = result.Json();
        Assert.Equal(
            ["lstm,16,8,4,2", "step:gru,16,4,2", "char:rnn,16"],
            rows.Select(static row => row.GetProperty("shape").GetString()!));
        Assert.All(rows, static row => Assert.Equal(3, row.GetProperty("repeats").GetInt32()));
        Assert.All(rows, static row =>
            Assert.All(Numbers, name => Assert.True(row.GetProperty(name).GetDouble() > 0, name)));
        Assert.All(rows, static row => Assert.True(
            row.GetProperty("forwardMs").GetDouble() <= row.GetProperty("totalMs").GetDouble(),
            "Forward is part of the whole."));
        Assert.Equal(JsonValueKind.Number, rows[0].GetProperty("telemetryPercent").ValueKind);
        Assert.Equal(JsonValueKind.Null, rows[0].GetProperty("recurrentPercent").ValueKind);
        Assert.True(rows[1].GetProperty("recurrentPercent").GetDouble() > 0, "A step has recurrent layers.");
        Assert.Equal(JsonValueKind.Null, rows[2].GetProperty("telemetryPercent").ValueKind);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Table_NamesShapeMachineAndProgress()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path, "bench", "--shape", "gru,16,8,4,2", "--repeats", "3", "--threads", "2");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("| gru,16,8,4,2 |", result.Output, StringComparison.Ordinal);
        Assert.Contains("2 threads", result.Output, StringComparison.Ordinal);
        Assert.Contains("[1/1] gru,16,8,4,2", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void List_PrintsShapesThatTheOptionReads()
    {
        using TemporaryFolder folder = new();
        ProcessResult list = BackflowProcess.Run(folder.Path, "bench", "--list", "--shapes", "all");
        string[] shapes = list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(shapes.Length > 20, list.Output);

        ProcessResult again = BackflowProcess.Run(
            folder.Path, ["bench", "--list", .. shapes.SelectMany(static shape => new[] { "--shape", shape })]);
        Assert.Equal(list.Output, again.Output);
    }

    [Fact]
    public void Table_TilesAskedFor_SaysWhetherThereAreAny()
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.Start(
            folder.Path,
            new Dictionary<string, string> { ["BACKFLOW_TILES"] = "1" },
            "bench", "--shape", "gru,16,16,4,8", "--repeats", "3");
        ProcessResult result = process.WaitForEnd();

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.True(
            result.Output.Contains("It is used.", StringComparison.Ordinal)
                || result.Output.Contains("has none; vectors were used.", StringComparison.Ordinal),
            result.Output);
    }
}
