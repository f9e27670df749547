using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow compare as a process.</summary>
public sealed class CompareCommandTests
{
    private static readonly string[] Small =
    [
        "--hidden", "16", "--embedding", "8", "--seq-len", "16", "--batch", "4", "--log-interval", "5",
        "--validation-interval", "0", "--steps", "20",
    ];

    [Fact]
    public void Compare_Json_ReportsEveryCellAndKeepsTheirRuns()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path, ["compare", "--json", "--cells", "rnn-tanh,lstm,gru", .. Small]);

        Assert.True(result.ExitCode == 0, result.Error);
        List<JsonElement> lines = result.Json();
        string[] expected = ["rnn", "lstm", "gru"];
        Assert.Equal(expected, lines.Take(3).Select(static line => line.GetProperty("cell").GetString()));
        Assert.Equal(12, lines.Count(static line => line.GetProperty("event").GetString() == "step"));
        JsonElement end = lines[^1];
        Assert.Equal("compare-0001", end.GetProperty("name").GetString());
        JsonElement[] cells = [.. end.GetProperty("cells").EnumerateArray()];
        Assert.Equal(expected, cells.Select(static cell => cell.GetProperty("cell").GetString()));
        Assert.All(cells, static cell => Assert.True(cell.GetProperty("decay").GetDouble() > 0));

        ProcessResult shown = BackflowProcess.Run(folder.Path, "runs", "show", "compare-0001/gru", "--json");
        Assert.Equal("gru-0001", shown.Json()[0].GetProperty("id").GetString());
    }

    [Fact]
    public void Compare_Text_PrintsATableWithAColumnPerCell()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path,
            ["compare", "--cells", "rnn-sigmoid,lstm,gru-reset-before", "--name", "duel", "--same-size", .. Small]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("runs show duel/rnn-sigmoid", result.Output, StringComparison.Ordinal);

        string[] lines = result.Output.Split('\n');
        string[] table = [.. lines.Where(static line => line.StartsWith('|'))];
        Assert.Equal(
            [
                "", new string('-', "effective context".Length), "hidden size", "parameters", "steps", "status",
                "training loss", "validation loss", "effective context", "gradient reach", "run",
            ],
            table.Select(static line => line.Split('|')[1].Trim()));
        Assert.Matches("run +. +rnn-sigmoid-0001 . +lstm-0001 . gru-reset-before-0001", table[^1]);
    }

    [Fact]
    public void Compare_UnhealthyCell_SaysWhichOneAndWhatToChange()
    {
        string[] unhealthy =
            ["--cells", "rnn-sigmoid,gru", "--task", "adding", "--length", "30", "--hidden", "8", "--steps", "2"];
        using TemporaryFolder folder = new();
        ProcessResult text = BackflowProcess.Run(folder.Path, ["compare", .. unhealthy]);
        Assert.Contains(
            "rnn-sigmoid: warning: spectral-regime at step 0, layer 0", text.Output, StringComparison.Ordinal);
        Assert.Contains("backflow train --task adding --length 30 --cell rnn", text.Output, StringComparison.Ordinal);
        JsonElement verdict = Assert.Single(
            BackflowProcess.Run(folder.Path, ["compare", "--json", "--fresh", .. unhealthy]).Json(),
            static line =>
                line.TryGetProperty("verdict", out JsonElement rule) && rule.GetString() == "spectral-regime");
        Assert.Equal("verdict", verdict.GetProperty("event").GetString());
        Assert.Equal("rnn-sigmoid", verdict.GetProperty("cell").GetString());
    }

    [Fact]
    public void Compare_CellThatAVerdictStops_IsAFailureAndNoInterruption()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path,
            ["compare", "--json", "--cells", "rnn-sigmoid,gru", "--task", "adding", "--length", "30", "--hidden", "8",
                "--steps", "2", "--on-verdict", "stop"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            ["stopped", "completed"],
            result.Json()[^1].GetProperty("cells").EnumerateArray()
                .Select(static cell => cell.GetProperty("status").GetString()));
    }

    [Fact]
    public void Killed_ThenTheSameCommand_GoesOnWithItsRuns()
    {
        string[] command =
        [
            "compare", "--json", "--task", "adding", "--length", "12", "--cells", "rnn,gru", "--hidden", "8", "--steps",
            "400", "--threads", "1", "--log-interval", "1", "--checkpoint-interval", "20",
        ];
        using TemporaryFolder folder = new();
        using TemporaryFolder whole = new();
        string expected = BackflowProcess.Run(whole.Path, command).Json()[^1].ToString();
        using (BackflowProcess killed = BackflowProcess.Start(folder.Path, command))
        {
            killed.WaitForOutput("\"step\":60,");
            killed.Kill();
            killed.WaitForEnd();
        }

        List<JsonElement> goneOn = BackflowProcess.Run(folder.Path, command).Json();
        Assert.Equal(
            "All runs go on from their checkpoints. --fresh trains all anew.",
            goneOn.First(static line => line.GetProperty("event").GetString() == "note").GetProperty("message")
                .GetString());
        Assert.InRange(
            goneOn.First(static line => line.GetProperty("event").GetString() == "step").GetProperty("step").GetInt64(),
            21, 400);
        Assert.Equal(expected, goneOn[^1].ToString());

        List<JsonElement> again = BackflowProcess.Run(folder.Path, command).Json();
        Assert.Equal(["note", "end"], again.Select(static line => line.GetProperty("event").GetString()));
        Assert.Equal(expected, again[^1].ToString());
        JsonElement fresh = BackflowProcess.Run(folder.Path, [.. command, "--fresh"]).Json()[^1];
        Assert.Equal("compare-0002", fresh.GetProperty("name").GetString());
        Assert.Equal(4, BackflowProcess.Run(folder.Path, "runs", "--json").Json().Count);
    }

    [Theory]
    [InlineData("lstm", "--cells must name 2 to 4 different cells, got 'lstm'.")]
    [InlineData(
        "lstm,gur", "--cells must be among rnn, rnn-relu, rnn-sigmoid, lstm, gru, gru-reset-before, got 'gur'.")]
    public void Compare_WrongCells_SaysWhatIsAllowed(string cells, string message)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, "compare", "--cells", cells);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Contains("try: backflow compare --cells rnn,lstm,gru", result.Error, StringComparison.Ordinal);
    }
}
