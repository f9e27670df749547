using System.Collections.Immutable;
using System.Text.Json;
using Backflow.Runs;
using Backflow.Runs.Columns;

namespace Backflow.OutsideCells.Tests;

/// <summary>The commands of the program with a cell that it has never heard of.</summary>
// The console belongs to the whole process.
[Collection("console")]
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-outside-").FullName;

    private string Store => Path.Combine(_folder, "backflow.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Train_Task_LearnsAndRecordsTheGates()
    {
        List<JsonElement> lines = CommandLineRun.Done(
            "train", "--cell", "mgu", "--task", "adding", "--length", "10", "--hidden", "16", "--steps", "60",
            "--batch", "16", "--chrono", "10", "--telemetry", "full", "--store", Store, "--json").Json();
        string id = lines.First(static line => line.TryGetProperty("run", out _)).GetProperty("run").GetString()!;
        using RunStore store = RunStore.Open(Store);
        Assert.Equal("mgu", store.GetRun(id).Cell);
        RunReader reader = store.OpenReader(id);
        ImmutableArray<string> metrics = [.. reader.Metrics().Select(static metric => metric.Name).Distinct()];
        Assert.All(
            (string[])["gate-mean:forget", "gate-mean:candidate", "gate-share-above:forget", "total-gradient-norm",
                "recurrent-weight-gradient-norm", "unit-saturation", "last-answer-gradient-norm"],
            metric => Assert.Contains(metric, metrics));
    }

    [Fact]
    public void Train_Text_CanBeGeneratedFromAndResumed()
    {
        CommandLineRun.Done(
            "train", "--cell", "mgu", "--hidden", "12", "--steps", "20", "--batch", "4", "--seq-len", "16",
            "--name", "own", "--checkpoint-interval", "10", "--store", Store, "--json");
        Assert.NotEmpty(CommandLineRun.Done("generate", "own", "--length", "20", "--store", Store).Output);
        CommandLineRun.Done("resume", "own", "--steps", "30", "--store", Store, "--json");
    }

    [Fact]
    public void Compare_WithAnLstm_MatchesTheParameters()
    {
        CommandLineRun run = CommandLineRun.Done(
            "compare", "--cells", "lstm,mgu", "--hidden", "16", "--steps", "10", "--batch", "4", "--seq-len", "16",
            "--store", Store, "--json");
        Assert.Contains("mgu", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnose_Configuration_SplitsTheGradientByItsOwnGates()
    {
        JsonElement report = CommandLineRun.Done(
            "diagnose", "--cell", "mgu", "--task", "adding", "--length", "10", "--hidden", "8", "--steps", "20",
            "--batch", "4", "--budget", "0", "--store", Store, "--json").Json()[^1];
        JsonElement layer = report.GetProperty("layers")[0];
        Assert.Equal("mgu", layer.GetProperty("cell").GetString());
        Assert.Equal("forget gate", layer.GetProperty("keptName").GetString());
        Assert.Equal(
            ["via forget gate", "via candidate"],
            layer.GetProperty("paths").EnumerateArray().Select(static path => path.GetProperty("name").GetString()!));
    }

    [Fact]
    public void Diagnose_CellWithoutTwin_SaysWhatIsNotMeasured()
    {
        string page = Path.Combine(_folder, "report.html");
        JsonElement report = CommandLineRun.Done(
            "diagnose", "--cell", "mgu-bare", "--task", "adding", "--length", "10", "--hidden", "8", "--steps", "20",
            "--batch", "4", "--budget", "0", "--html", page, "--store", Store, "--json").Json()[^1];
        Assert.Contains(
            report.GetProperty("causes").EnumerateArray(),
            static cause => cause.GetProperty("meaning").GetString()!
                .Contains("is not measured, because the cell mgu-bare", StringComparison.Ordinal));
        Assert.Contains("is not measured", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Bench_Shape_IsTimed()
    {
        JsonElement row = CommandLineRun.Done(
            "bench", "--shape", "mgu,16,16,8,4", "--repeats", "3", "--json").Json()[^1];
        Assert.Contains("mgu", row.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Gradcheck_ChecksTheCellThatHasATwin()
    {
        List<JsonElement> lines = CommandLineRun.Done("gradcheck", "--json").Json();
        JsonElement[] rows = [.. lines.SkipLast(1)];
        Assert.Equal("note", lines[^1].GetProperty("event").GetString());
        Assert.Contains(
            "Numbers below 1.2e-38", lines[^1].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(6, rows.Count(static row => row.GetProperty("subject").GetString() == "mgu"));
        Assert.DoesNotContain(rows, static row => row.GetProperty("subject").GetString() == "mgu-bare");
        Assert.All(rows, static row => Assert.True(row.GetProperty("passed").GetBoolean(), row.ToString()));
    }

    [Fact]
    public void Train_UnknownCell_ErrorListsTheRegisteredOne()
    {
        CommandLineRun run = CommandLineRun.Of("train", "--cell", "nothing", "--store", Store);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("mgu", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_OfTrain_NamesTheCell() =>
        Assert.Contains("mgu", CommandLineRun.Done("train", "--help").Output, StringComparison.Ordinal);
}
