using System.Text.Json;
using Backflow.Cli.Options;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow sweep: definitions, reports and their commands.</summary>
[Collection(CommandsInProcess.Name)]
public sealed class SweepCommandTests
{
    private const string File = """
        task = "adding"
        length = 8
        hidden-size = 6
        batch-size = 4
        steps = 20
        seeds = [3, 4]
        samples = 4

        [grid]
        cell = ["rnn", "gru"]

        [random]
        learning-rate = { min = 1e-3, max = 1e-1, scale = "log" }

        [halving]
        rungs = 2
        factor = 2

        [budget]
        trainings = 100
        minutes = 30
        """;

    private static readonly string[] Small =
    [
        "sweep", "--task", "adding", "--length", "8", "--hidden", "6", "--batch", "4", "--steps", "20",
        "--grid", "cell=rnn,gru",
    ];

    [Fact]
    public void File_AndOptionsBesideIt_MakeTheTrainingsThatTheyName()
    {
        using TemporaryFolder folder = new();
        folder.Write("lags.toml", File);
        List<JsonElement> members =
            CommandInProcess.Run(folder.Path, "sweep", "lags.toml", "--dry-run", "--json").Json();
        Assert.Equal(16, members.Count);
        Assert.Equal("lags-001", members[0].GetProperty("name").GetString());
        Assert.Equal(
            ["cell", "learning-rate"],
            members[0].GetProperty("options").EnumerateArray().Select(static option => option.GetString()));
        Assert.Equal([3UL, 4UL], members.Take(2).Select(static one => one.GetProperty("seed").GetUInt64()));
        Assert.Matches(
            "^backflow train --task adding --length 8 --cell rnn --hidden-size 6 --batch-size 4 --steps 20 --seed 3 "
            + @"--learning-rate 0\.\d+$",
            members[0].GetProperty("command").GetString()!);

        List<JsonElement> other = CommandInProcess.Run(
            folder.Path, "sweep", "lags.toml", "--grid", "cell=lstm", "--samples", "2", "--seeds", "1", "--steps", "30",
            "--dry-run", "--json").Json();
        Assert.Equal(2, other.Count);
        Assert.Contains("--steps 30", other[0].GetProperty("command").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            members[0].GetProperty("values")[1].GetString(), other[0].GetProperty("values")[1].GetString());
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "runs")), "A dry run made a store.");
    }

    [Fact]
    public void File_OfTheDocument_IsUnderstood()
    {
        using TemporaryFolder folder = new();
        string page = System.IO.File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "sweeps.md"));
        folder.Write("lags.toml", page.Split("```toml")[1].Split("```")[0]);
        List<JsonElement> members =
            CommandInProcess.Run(folder.Path, "sweep", "lags.toml", "--dry-run", "--json").Json();

        // Two cells, two lengths, nine draws, five seeds.
        Assert.Equal(2 * 2 * 9 * 5, members.Count);
    }

    [Fact]
    public void Sweep_ToItsEnd_ReportsPointsAndABestCommandThatRunsAsPrinted()
    {
        using TemporaryFolder folder = new();
        folder.Write("lags.toml", File);
        ProcessResult result = CommandInProcess.Run(folder.Path, "sweep", "lags.toml", "--json", "--store", "a b.db");
        Assert.True(result.ExitCode == 0, result.Error);
        List<JsonElement> lines = result.Json();
        Assert.Equal(["start", "sweep"], lines.Select(static line => line.GetProperty("event").GetString()));
        JsonElement report = lines[1].GetProperty("report");
        Assert.Equal(("lags", "complete"), (Text(report, "name"), Text(report, "end")));
        JsonElement best = report.GetProperty("points")[0];
        string member = best.GetProperty("members")[0].GetString()!;
        string command = Text(report, "bestCommand")!;

        // The command trains the best point's first seed: to the same loss.
        string[] words = [.. PosixShell.Words(command).Skip(1)];
        ProcessResult trained = CommandInProcess.Run(folder.Path, [.. words, "--name", "again"]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Equal(Loss(folder, member), Loss(folder, "again"));
        Assert.Equal(
            report.GetProperty("members").EnumerateArray().Single(one => Text(one, "name") == member)
                .GetProperty("value").GetDouble(),
            Loss(folder, "again"));

        ProcessResult text = CommandInProcess.Run(folder.Path, "sweep", "report", "lags", "--store", "a b.db");
        Assert.Contains("16 trainings: ", text.Output, StringComparison.Ordinal);
        Assert.Contains("Train the best:  " + command, text.Output, StringComparison.Ordinal);
        Assert.Contains("| learning-rate |", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_Report_AndList_SayWhereItStands()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, CommandInProcess.Run(folder.Path, [.. Small, "--name", "cells"]).ExitCode);
        ProcessResult status = CommandInProcess.Run(folder.Path, "sweep", "status", "cells");
        Assert.Equal(2, status.Output.Split("| completed |").Length - 1);
        Assert.Contains("2 trainings: 2 completed.", status.Output, StringComparison.Ordinal);
        Assert.Contains("cells", CommandInProcess.Run(folder.Path, "sweep", "status").Output, StringComparison.Ordinal);
        JsonElement listed = Assert.Single(CommandInProcess.Run(folder.Path, "sweep", "status", "--json").Json());
        Assert.Equal(("cells", "completed"), (Text(listed, "name"), Text(listed, "status")));

        ProcessResult cancelled = CommandInProcess.Run(folder.Path, "sweep", "cancel", "cells");
        Assert.Equal(0, cancelled.ExitCode);
        Assert.Contains(
            "No process works on sweep cells; it goes on when asked:  backflow sweep resume cells", cancelled.Output,
            StringComparison.Ordinal);
        ProcessResult resumed = CommandInProcess.Run(folder.Path, "sweep", "resume", "cells");
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("It goes on: what is finished is not trained again.", resumed.Output, StringComparison.Ordinal);

        ProcessResult html = CommandInProcess.Run(folder.Path, "sweep", "report", "cells", "--html", "cells.html");
        Assert.Equal(0, html.ExitCode);
        Assert.Contains("</html>", System.IO.File.ReadAllText(Path.Combine(folder.Path, "cells.html")),
            StringComparison.Ordinal);
        ProcessResult precious = CommandInProcess.Run(
            folder.Path, "sweep", "report", "cells", "--html", "runs/backflow.db");
        Assert.Equal(1, precious.ExitCode);
        Assert.Contains("a database, such as a store of runs, is there", precious.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Sweep_OfFailuresAlone_FailsAndNamesThem()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = CommandInProcess.Run(
            folder.Path,
            [
                .. Small[..^1], "learning-rate=1e10,2e10", "--optimizer", "sgd", "--clip-norm", "0", "--cell",
                "rnn-relu", "--name", "wild",
            ]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("2 trainings: 2 failed.", result.Output, StringComparison.Ordinal);
        Assert.Contains("wild-001 failed: Loss or gradient of step ", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--grid cell", "--grid must be OPTION=VALUE,VALUE, got 'cell'.")]
    [InlineData("--grid nonsense=1", "--grid: 'nonsense' is no option of a training; nearest are ")]
    [InlineData("--random lr=1", "--random must be OPTION=MIN..MAX, with :log or :linear behind it, got 'lr=1'.")]
    [InlineData("--random lr=1..2:cubic", "--random must be OPTION=MIN..MAX, with :log or :linear behind it")]
    [InlineData("--seeds 0", "--seeds must be a number of seeds from 1 to 10000, or seeds with commas, got '0'.")]
    [InlineData("--seeds 1,1", "--seeds must be one or more different seeds.")]
    [InlineData("--samples 3 --seeds 2", "--samples has no effect without --random.")]
    [InlineData("--factor 3 --seeds 2", "--factor has no effect without --rungs.")]
    [InlineData("--grid hidden=8,16 --hidden 8", "--hidden-size has a fixed value and is swept.")]
    [InlineData("--metric gradient-norm --seeds 2", "--metric gradient-norm needs a --direction: ")]
    [InlineData("--grid cell=rnn,lstm --trainings 1", "The sweep has 2 trainings, and its budget allows 1.")]
    [InlineData("nowhere.toml", "nowhere.toml cannot be read: ")]
    [InlineData("status nowhere", "There is no store at ")]
    public void Command_ThatIsWrong_SaysWhatAndWhatToDo(string words, string message)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = CommandInProcess.Run(folder.Path, ["sweep", .. words.Split(' ')]);
        Assert.True(result.ExitCode is 1 or 2, $"{result.ExitCode} {result.Error}");
        Assert.StartsWith("error: " + message, result.Error, StringComparison.Ordinal);
        Assert.Contains("  try: ", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "runs")), "Something was begun.");
    }

    [Theory]
    [InlineData("nonsense = 1", "s.toml: 'nonsense' is no option of a training; nearest are ")]
    [InlineData("threads = 2\nseeds = 2", "s.toml: threads has no effect: each training of a sweep has one thread.")]
    [InlineData("grid = 1", "s.toml: grid must be a table.")]
    [InlineData("[grid]\ncell = \"rnn\"", "s.toml: cell of [grid] must be a list of values.")]
    [InlineData("[grid]\nnonsense = [1]", "s.toml, [grid]: 'nonsense' is no option of a training; nearest are ")]
    [InlineData("[random]\nlearning-rate = 1", "s.toml: learning-rate of [random] must have min, max and a scale")]
    [InlineData("[random]\nlearning-rate = { min = 1 }", "s.toml: learning-rate of [random] needs min and max.")]
    [InlineData(
        "[random]\nlearning-rate = { min = 1, max = 2, scale = \"cubic\" }",
        "s.toml: scale must be one of log, linear, got 'cubic'.")]
    [InlineData("seeds = 0", "s.toml: seeds must be a number of seeds from 1 to 10000, or seeds with commas, got '0'.")]
    [InlineData("[halving]\nrung = 2", "s.toml: [halving] has no rung.")]
    [InlineData("[halving]\nfactor = 1", "s.toml: factor must be above 1 and at most 1000, got 1.")]
    [InlineData("[budget]\nminutes = \"x\"", "s.toml: minutes must be above 0 and at most 43200.")]
    [InlineData("samples = 1.5", "s.toml: samples must be a whole number, got '1.5'")]
    [InlineData("cell = \"rnn\"\n[grid]\ncell = [\"lstm\", \"gru\"]", "--cell has a fixed value and is swept.")]
    [InlineData("a = ", "s.toml is no TOML: ")]
    public void File_ThatIsWrong_SaysWhatAndWhatToDo(string content, string message)
    {
        using TemporaryFolder folder = new();
        folder.Write("s.toml", content);
        ProcessResult result = CommandInProcess.Run(folder.Path, "sweep", "s.toml");
        Assert.True(result.ExitCode == 2, $"{result.ExitCode} {result.Error}");
        Assert.StartsWith("error: " + message, result.Error, StringComparison.Ordinal);
        Assert.Contains("  try: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_OfAnotherDefinition_IsRefused()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, CommandInProcess.Run(folder.Path, [.. Small, "--name", "cells"]).ExitCode);
        ProcessResult other = CommandInProcess.Run(folder.Path, [.. Small, "--name", "cells", "--seeds", "2"]);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains(
            "There is a sweep cells with another definition; what differs: the seeds.\n"
                + "  try: Give this one another --name",
            other.Error, StringComparison.Ordinal);
        ProcessResult nowhere = CommandInProcess.Run(folder.Path, "sweep", "status", "nowhere");
        Assert.Equal(2, nowhere.ExitCode);
        Assert.Contains("There is no sweep 'nowhere'; ", nowhere.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5", 1, new ulong[] { 1, 2, 3, 4, 5 })]
    [InlineData("2", 9, new ulong[] { 9, 10 })]
    [InlineData("7,3", 1, new ulong[] { 7, 3 })]
    public void Seeds_CountOrList_AreThoseThatAreMeant(string text, ulong first, ulong[] seeds) =>
        Assert.Equal(seeds, SweepSeeds.TryRead(text)!.From(first));

    private static double Loss(TemporaryFolder folder, string run) => CommandInProcess
        .Run(folder.Path, "runs", "show", run, "--json", "--store", "a b.db").Json()[0]
        .GetProperty("validationLossNats").GetDouble();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
