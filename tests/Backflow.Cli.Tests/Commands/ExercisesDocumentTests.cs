using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>docs/exercises.md: its command for a text of some lines works as it is printed.</summary>
public sealed class ExercisesDocumentTests
{
    // Hardly longer than two windows of 64 characters, as the texts of courses are.
    private const string ShortText =
        "A: Where was the key?\nB: Beside the door, I think.\nA: I think not. I looked there.\n"
        + "B: Look again, and then look behind the door.\nA: There it is. There it was all along.\n";

    [Fact]
    public void Command_ShortText_TrainsAsPrinted()
    {
        string command = Assert.Single(
            File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "exercises.md")).Split('`'),
            static code => code.StartsWith("backflow train ", StringComparison.Ordinal));
        using TemporaryFolder folder = new();
        File.WriteAllText(Path.Combine(folder.Path, "FILE"), ShortText);

        ProcessResult result = BackflowProcess.Run(
            folder.Path, [.. ShellWords.Read(folder.Path, command), "--steps", "3", "--json"]);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("completed", result.Json()[^1].GetProperty("status").GetString());
    }
}
