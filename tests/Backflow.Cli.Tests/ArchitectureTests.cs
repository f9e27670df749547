using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>The arrows of docs/architecture.md against the project files.</summary>
public sealed partial class ArchitectureTests
{
    [Fact]
    public void ProjectFiles_ReferenceOnlyWhatTheTableAllows()
    {
        Dictionary<string, SortedSet<string>> allowed = TableRows();
        foreach (string file in ProjectFiles())
        {
            string project = Path.GetFileNameWithoutExtension(file);
            Assert.True(
                allowed.TryGetValue(project, out SortedSet<string>? names), $"{project} has no row in the table.");
            SortedSet<string> surplus = [.. References(file).Except(names!)];
            Assert.True(
                surplus.Count == 0,
                $"{project} references {string.Join(", ", surplus)}, which its row in docs/architecture.md lacks.");
        }
    }

    [Fact]
    public void Table_NamesOnlyProjectsThatExist()
    {
        HashSet<string> projects = [.. ProjectFiles().Select(file => Path.GetFileNameWithoutExtension(file)!)];
        Assert.NotEmpty(projects);
        Assert.All(TableRows().Keys, name => Assert.Contains(name, projects));
    }

    [Fact]
    public void TestProjects_ReferenceTheProjectTheyMirror()
    {
        foreach (string file in ProjectFiles())
        {
            string project = Path.GetFileNameWithoutExtension(file);
            string tests = Path.Combine(
                RepositoryRoot.Path, "tests", $"{project}.Tests", $"{project}.Tests.csproj");
            Assert.True(File.Exists(tests), $"{project} has no test project.");
            Assert.Contains(project, References(tests));
        }
    }

    [Fact]
    public void Engine_ReadsNoEnvironmentVariable()
    {
        string[] sources = Directory.GetFiles(
            Path.Combine(RepositoryRoot.Path, "src", "Backflow.Engine"), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(sources);
        Assert.All(sources, static source => Assert.DoesNotContain(
            "EnvironmentVariable", File.ReadAllText(source), StringComparison.Ordinal));
    }

    /// <summary>Only the command line knows options and commands; everything below it names properties.</summary>
    [Fact]
    public void Literals_BelowTheCommandLine_NameNoOptionAndNoCommand()
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(static file => !file.Contains("Backflow.Cli", StringComparison.Ordinal)),
        ];
        Assert.True(files.Length > 300, "The sources were not found.");
        Assert.All(files, static file =>
        {
            foreach (string literal in SourceLiterals.Of(File.ReadAllText(file)))
            {
                Assert.False(OptionWord().IsMatch(literal), $"{file}: \"{literal}\" names an option.");
                Assert.False(CommandWord().IsMatch(literal), $"{file}: \"{literal}\" names a command.");
            }
        });
    }

    // CSS has names with two dashes too, behind "var(" or before a colon.
    [GeneratedRegex(@"(?<![\w(\-])--[a-z][a-z-]*(?![a-z0-9:-])")]
    private static partial Regex OptionWord();

    [GeneratedRegex(
        @"\bbackflow (train|compare|resume|generate|import|export|runs|diagnose|dashboard|bench|gradcheck)\b")]
    private static partial Regex CommandWord();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    private static IEnumerable<string> ProjectFiles() => Directory.EnumerateFiles(
        Path.Combine(RepositoryRoot.Path, "src"), "*.csproj", SearchOption.AllDirectories);

    private static IEnumerable<string> References(string file) => XDocument.Load(file)
        .Descendants()
        .Where(static element => element.Name.LocalName is "ProjectReference" or "PackageReference")
        .Select(static element => (string)element.Attribute("Include")!)
        .Select(static include => include.EndsWith(".csproj", StringComparison.Ordinal)
            ? Path.GetFileNameWithoutExtension(include)
            : include);

    // | `Backflow.Engine` | job | may know: `A`, `B` | must never know |
    private static Dictionary<string, SortedSet<string>> TableRows()
    {
        Dictionary<string, SortedSet<string>> rows = [];
        foreach (string line in File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "architecture.md")))
        {
            string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length >= 5 && Code().Match(cells[1]) is { Success: true } name
                && name.Groups[1].Value.StartsWith("Backflow.", StringComparison.Ordinal))
            {
                rows[name.Groups[1].Value] =
                    [.. Code().Matches(cells[3]).Select(static match => match.Groups[1].Value)];
            }
        }

        return rows;
    }
}
