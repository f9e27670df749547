using System.Text.RegularExpressions;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>Folders of a project use each other in one direction.</summary>
/// <remarks>
/// An arrow runs from a folder to another one when a file names a type that is declared in the other, outside of
/// comments and texts. Nested types and names that two folders declare are left out.
/// </remarks>
public sealed partial class FolderArrowTests
{
    [Theory]
    [InlineData("Backflow.Training")]
    [InlineData("Backflow.Experiments")]
    public void Folders_HaveNoCircle(string project)
    {
        Dictionary<string, Dictionary<string, string>> arrows =
            Arrows(Path.Combine(RepositoryRoot.Path, "src", project));
        Assert.True(
            arrows.Count > 4, $"{project}: only {arrows.Count} folders use another one; the sources were not read.");
        foreach (string start in arrows.Keys)
        {
            List<string>? circle = Circle(arrows, start);
            Assert.True(
                circle is null,
                $"{project}: the folders {string.Join(" → ", circle ?? [])} form a circle: "
                + string.Join("; ", (circle ?? []).Zip((circle ?? []).Skip(1), (from, to) => arrows[from][to])) + ".");
        }
    }

    [Fact]
    public void Circle_TwoFoldersThatUseEachOther_IsFound()
    {
        Dictionary<string, Dictionary<string, string>> arrows = new()
        {
            ["A"] = new() { ["B"] = "a.cs names Beta" },
            ["B"] = new() { ["C"] = "b.cs names Gamma" },
            ["C"] = new() { ["A"] = "c.cs names Alpha" },
        };
        Assert.Equal(["A", "B", "C", "A"], Circle(arrows, "A")!);
        arrows["C"].Clear();
        Assert.Null(Circle(arrows, "A"));
    }

    [GeneratedRegex(
        "^(?:public |internal |file )?(?:static |sealed |abstract |partial |readonly |unsafe )*"
        + @"(?:class|interface|enum|record struct|record|struct) (?<name>[A-Z]\w*)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"//[^\n]*|""(?:[^""\\\n]|\\.)*""")]
    private static partial Regex CommentOrText();

    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Word();

    private static Dictionary<string, Dictionary<string, string>> Arrows(string root)
    {
        (string Folder, string File, string Text)[] sources =
        [
            .. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Select(file => (
                Path.GetRelativePath(root, Path.GetDirectoryName(file)!),
                Path.GetFileName(file),
                CommentOrText().Replace(File.ReadAllText(file), string.Empty))),
        ];
        Dictionary<string, string> home = sources
            .SelectMany(static source => Declaration().Matches(source.Text)
                .Select(match => (Name: match.Groups["name"].Value, source.Folder)))
            .GroupBy(static declared => declared.Name, static declared => declared.Folder)
            .Where(static group => group.Distinct().Count() == 1)
            .ToDictionary(static group => group.Key, static group => group.First());
        Dictionary<string, Dictionary<string, string>> arrows = [];
        foreach ((string folder, string file, string text) in sources)
        {
            foreach (string word in Word().Matches(text).Select(static match => match.Value).Distinct())
            {
                if (home.TryGetValue(word, out string? other) && other != folder)
                {
                    arrows.TryAdd(folder, []);
                    arrows[folder].TryAdd(other, $"{folder}/{file} names {word}");
                }
            }
        }

        return arrows;
    }

    private static List<string>? Circle(Dictionary<string, Dictionary<string, string>> arrows, string start)
    {
        Stack<List<string>> paths = new([[start]]);
        HashSet<string> seen = [];
        while (paths.TryPop(out List<string>? path))
        {
            foreach (string next in arrows.GetValueOrDefault(path[^1], []).Keys)
            {
                if (next == start)
                {
                    return [.. path, next];
                }

                if (seen.Add(next))
                {
                    paths.Push([.. path, next]);
                }
            }
        }

        return null;
    }
}
