using System.Text.RegularExpressions;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>
/// The checklists of CONTRIBUTING.md against changes that were made with them alone: eng/changes has the files that
/// each touched, as <c>git show --name-status</c> lists them.
/// </summary>
public sealed partial class ChecklistTests
{
    public static TheoryData<string, string> Checklists => new()
    {
        { "Add a metric", "metric" },
        { "Add a task", "task" },
        { "Add a rule", "rule" },
        { "Add a panel", "panel" },
        { "Add an export format", "export-format" },
    };

    [Theory]
    [MemberData(nameof(Checklists))]
    public void Checklist_OfAChange_NamesTheFilesThatItTouched(string heading, string change)
    {
        string[] named = Named(heading);
        string[] touched = [.. Lines(change).Select(static line => line[2..])];
        Assert.True(touched.Length > 4, $"{change} touched {touched.Length} files.");
        Assert.Equal([], touched.Where(file => !named.Any(name => IsMatch(name, file))));
        Assert.Equal([], named.Where(name => !touched.Any(file => IsMatch(name, file))));
    }

    [Theory]
    [MemberData(nameof(Checklists))]
    public void Change_FilesThatWereThere_AreThereStill(string heading, string change)
    {
        Assert.NotEmpty(heading);
        string[] changed = [.. Lines(change).Where(static line => line[0] == 'M').Select(static line => line[2..])];
        Assert.NotEmpty(changed);
        Assert.All(changed, static file => Assert.True(File.Exists(Path.Combine(RepositoryRoot.Path, file)), file));
    }

    private static string[] Named(string heading)
    {
        string page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "CONTRIBUTING.md"));
        string list = page.Split($"## {heading}\n")[1].Split("\n## ")[0];
        return
        [
            .. list.Split('\n').Where(static line => line.StartsWith("- [ ]", StringComparison.Ordinal))
                .SelectMany(static line => FilePath().Matches(line).Select(static match => match.Groups[1].Value))
                .Distinct(),
        ];
    }

    private static IEnumerable<string> Lines(string change) => File
        .ReadLines(Path.Combine(RepositoryRoot.Path, "eng", "changes", $"{change}.txt"))
        .Where(static line => line.Length > 0 && line[0] != '#');

    // NAME and FOLDER stand for what the newcomer chooses.
    private static bool IsMatch(string named, string file) => Regex.IsMatch(
        file, $"^{Regex.Escape(named).Replace("NAME", @"\w+", StringComparison.Ordinal)
            .Replace("FOLDER", @"\w+", StringComparison.Ordinal)}$");

    // A word in code that is a path, or one of the documents at the root.
    [GeneratedRegex(@"`((?:[\w.-]+/)+[\w.-]+\.\w+|[A-Z]+\.md)`")]
    private static partial Regex FilePath();
}
