using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>The README's commands against the program.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void FirstBlock_HoldsExactlyTheTwoCommands()
    {
        string[] commands = Block(0);
        Assert.Equal(2, commands.Length);
        Assert.StartsWith("./backflow ", commands[0], StringComparison.Ordinal);
        Assert.Equal("./test.sh", commands[1]);
    }

    [Fact]
    public void EveryCommand_IsUnderstood()
    {
        List<string> commands = [];
        for (int i = 0; i < Blocks().Count; i++)
        {
            commands.AddRange(Block(i).Where(static line => line.StartsWith("./backflow ", StringComparison.Ordinal)));
        }

        Assert.True(commands.Count >= 6, $"The README shows {commands.Count} commands.");
        foreach (string command in commands)
        {
            ParseResult parsed = Program.CreateRoot().Parse(Arguments(command));
            Assert.True(parsed.Errors.Count == 0, $"{command}: {string.Join(' ', parsed.Errors)}");
        }
    }

    [Fact]
    public async Task MainCommand_TrainsWithoutAnyDataAndServesThePageMeanwhile()
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.Start(folder.Path, [.. Arguments(Block(0)[0]), "--port", "0"]);
        process.WaitForOutput("step");
        Uri address = new(DashboardLine().Match(process.OutputSoFar).Groups[1].Value);
        using HttpClient client = new();
        string page = await client.GetStringAsync(address, TestContext.Current.CancellationToken);
        string runs = await client.GetStringAsync(new Uri(address, "/api/runs"), TestContext.Current.CancellationToken);
        process.Interrupt();
        ProcessResult result = process.WaitForEnd();

        Assert.Matches(@"^/compare\?token=[0-9a-f]{32}&runs=rnn-0001,lstm-0001,gru-0001$", address.PathAndQuery);
        Assert.Contains("<title>", page, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(runs);
        JsonElement[] cells = [.. document.RootElement.GetProperty("runs").EnumerateArray()];
        Assert.Equal(3, cells.Length);
        Assert.All(cells, static run => Assert.Equal("running", run.GetProperty("status").GetString()));
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("Go on with:  backflow resume lstm-0001", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void MainCommand_IntoAPipe_EndsWithTheTraining()
    {
        using TemporaryFolder folder = new();
        string[] arguments = Arguments(Block(0)[0]);
        arguments[Array.IndexOf(arguments, "--steps") + 1] = "20";
        ProcessResult result = BackflowProcess.Run(folder.Path, [.. arguments, "--port", "0"]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("runs show compare-0001/rnn", result.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex("^Dashboard: (http://\\S+)$", RegexOptions.Multiline)]
    private static partial Regex DashboardLine();

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    private static MatchCollection Blocks() =>
        ShellBlock().Matches(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "README.md")));

    private static string[] Block(int index) => Blocks()[index].Groups[1].Value
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string[] Arguments(string command) =>
    [
        .. System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(command.Split('#')[0]).Skip(1),
    ];
}
