using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow experiment as a process.</summary>
public sealed class ExperimentCommandTests
{
    private static readonly string[] Names =
    [
        "gradient-norm", "spectral", "activation", "forget-bias", "forget-bias-length", "training-flow", "clip",
        "exercises", "copy-memory", "adding", "temporal-order", "agreement", "brackets", "echo", "bottleneck",
    ];

    [Fact]
    public void List_NamesEveryExperimentWithItsQuestion()
    {
        using TemporaryFolder folder = new();
        ProcessResult bare = BackflowProcess.Run(folder.Path, "experiment");
        ProcessResult list = BackflowProcess.Run(folder.Path, "experiment", "list");

        Assert.Equal(0, bare.ExitCode);
        Assert.Equal(bare.Output, list.Output);
        Assert.All(Names, name => Assert.Contains($"| {name} ", list.Output, StringComparison.Ordinal));
        List<JsonElement> objects = BackflowProcess.Run(folder.Path, "experiment", "list", "--json").Json();
        Assert.Equal(Names, objects.Select(static item => item.GetProperty("name").GetString()));
        Assert.All(
            objects,
            item => Assert.Contains(item.GetProperty("question").GetString()!, list.Output, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Exercises_Seeds_AreRefused()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, "experiment", "exercises", "--seeds", "3");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--seeds", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Quick_PrintsTheTableAndKeepsRunReportAndNumbers()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Path, "out"));
        string taken = Path.Combine(folder.Path, "out", "activation-0001.html");
        File.WriteAllText(taken, "mine");
        ProcessResult result = BackflowProcess.Run(
            folder.Path, "experiment", "activation", "--quick", "--seed", "5", "--output", "out");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("sigmoid", result.Output, StringComparison.Ordinal);
        Assert.Contains("kept as activation-0001", result.Output, StringComparison.Ordinal);
        Assert.Contains("left", result.Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(taken));
        string report = File.ReadAllText(Path.Combine(folder.Path, "out", "activation-0001-2.html"));
        Assert.Contains("</html>", report, StringComparison.Ordinal);
        string[] numbers = File.ReadAllLines(Path.Combine(folder.Path, "out", "activation-0001-2.csv"));
        Assert.Equal("activation,seed,timesteps-back,left,size", numbers[0]);
        Assert.Equal(1 + (3 * 2 * 51), numbers.Length);

        ProcessResult shown = BackflowProcess.Run(folder.Path, "runs", "show", "activation-0001");
        Assert.Contains("experiment activation", shown.Output, StringComparison.Ordinal);
        Assert.Contains("backflow experiment activation --quick --seed 5", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Going back 10 timesteps leaves", shown.Output, StringComparison.Ordinal);
        Assert.Contains("measured, n = 50", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_IsOneObjectWithSentencesAndNumbers()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, "experiment", "copy-memory", "--quick", "--json");

        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement written = Assert.Single(result.Json());
        Assert.Equal("copy-memory-0001", written.GetProperty("run").GetString());
        JsonElement content = written.GetProperty("result");

        // The first says that a quick experiment shows nothing.
        Assert.Equal(3, content.GetProperty("findings").GetArrayLength());
        Assert.Equal(8, content.GetProperty("numbers").GetProperty("rows").GetArrayLength());
        Assert.True(content.GetProperty("complete").GetBoolean());
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("--seeds must be from 1 to 10000, got 0.", "--seeds", "0")]
    [InlineData("--quick and --full exclude each other.", "--quick", "--full")]
    [InlineData("--output must be a folder that can be written to", "--output", "file")]
    public void WrongOption_IsASentenceAndExitCode2(string message, params string[] options)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(Path.Combine(folder.Path, "file"), "not a folder");
        ProcessResult result = BackflowProcess.Run(folder.Path, ["experiment", "activation", .. options]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }
}
