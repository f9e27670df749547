using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>A project shows its internals to the test project that mirrors it, and to no other.</summary>
public sealed partial class InternalsTests
{
    private const string OwnName = "$(MSBuildProjectName)";

    /// <summary>The exceptions, each with its reason.</summary>
    private static readonly Dictionary<(string Project, string Reader), string> Exceptions = new()
    {
        [("Backflow.Engine", "Backflow.Benchmarks")] = "Micro-benchmarks time single kernels.",
    };

    [Fact]
    public void ProjectFiles_ShowInternalsToTheirOwnTestsAlone()
    {
        (string Project, string Reader)[] shown = [.. BuildFiles().SelectMany(Shown)];
        Assert.Contains((OwnName, $"{OwnName}.Tests"), shown);
        Assert.All(shown, static one => Assert.True(
            one.Reader == $"{one.Project}.Tests" || Exceptions.ContainsKey(one),
            $"{one.Project} shows its internals to {one.Reader}: make public what it needs, or move it there."));
        Assert.All(Exceptions.Keys, one => Assert.Contains(one, shown));
    }

    [Fact]
    public void Sources_ShowNoInternals()
    {
        string[] sources = Directory.GetFiles(
            Path.Combine(RepositoryRoot.Path, "src"), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(sources);
        Assert.All(sources, static source => Assert.DoesNotContain(
            "InternalsVisibleTo", File.ReadAllText(source), StringComparison.Ordinal));
    }

    [Fact]
    public void Shown_ProjectThatNamesAnother_IsFound()
    {
        XDocument file = XDocument.Parse(
            "<Project><ItemGroup><InternalsVisibleTo Include=\"Other\" /></ItemGroup></Project>");
        Assert.Equal([("One", "Other")], Shown("One", file));
    }

    // Condition="'$(MSBuildProjectName)' == 'Backflow.Engine'"
    [GeneratedRegex(@"'\$\(MSBuildProjectName\)' == '([^']+)'")]
    private static partial Regex NamedProject();

    private static IEnumerable<string> BuildFiles() =>
    [
        .. Directory.EnumerateFiles(RepositoryRoot.Path, "Directory.Build.*"),
        .. new[] { "src", "tests", "bench", "samples", "eng" }.SelectMany(static folder => Directory.EnumerateFiles(
            Path.Combine(RepositoryRoot.Path, folder), "*.csproj", SearchOption.AllDirectories)),
    ];

    private static IEnumerable<(string Project, string Reader)> Shown(string file) => Shown(
        file.EndsWith(".csproj", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(file) : OwnName,
        XDocument.Load(file));

    private static IEnumerable<(string Project, string Reader)> Shown(string project, XDocument file) =>
        file.Descendants("InternalsVisibleTo").Select(shown =>
        (
            NamedProject().Match((string?)shown.Parent!.Attribute("Condition") ?? string.Empty) is
            { Success: true } named ? named.Groups[1].Value : project,
            (string)shown.Attribute("Include")!));
}
