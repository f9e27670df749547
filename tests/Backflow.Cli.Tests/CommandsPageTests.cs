using System.CommandLine;
using System.Text;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>docs/commands.md against the help that the program prints.</summary>
public sealed class CommandsPageTests
{
    private static readonly string Page = Path.Combine(RepositoryRoot.Path, "docs", "commands.md");

    [Fact]
    public void Page_IsTheHelpOfEveryCommand()
    {
        string expected = Generate();

        // To write the page anew: BACKFLOW_UPDATE_DOCS=1 dotnet test --project tests/Backflow.Cli.Tests
        if (Environment.GetEnvironmentVariable("BACKFLOW_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(Page, expected);
        }

        Assert.Equal(expected, File.ReadAllText(Page));
    }

    private static string Generate()
    {
        StringBuilder page = new(
            "# Commands\n\nWhat `--help` prints. Made by `BACKFLOW_UPDATE_DOCS=1 dotnet test --project "
            + "tests/Backflow.Cli.Tests` and compared with the program in every test run.\n");
        foreach (string[] path in Paths(Program.CreateRoot(), []))
        {
            ProcessResult help = BackflowProcess.Run(Path.GetTempPath(), [.. path, "--help"]);
            Assert.True(help.ExitCode == 0, help.Error);
            string text = string.Join(
                '\n', help.Output.Split('\n').Select(static line => line.TrimEnd())).Trim();
            page.Append("\n## ").AppendJoin(' ', ["backflow", .. path]).Append("\n\n```text\n").Append(text)
                .Append("\n```\n");
        }

        return page.ToString();
    }

    private static IEnumerable<string[]> Paths(Command command, string[] path)
    {
        yield return path;
        foreach (Command child in command.Subcommands)
        {
            foreach (string[] below in Paths(child, [.. path, child.Name]))
            {
                yield return below;
            }
        }
    }
}
