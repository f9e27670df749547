using Xunit;

namespace Backflow.Cli.Tests.Words;

/// <summary>The words, comments and lines of the sources. Each test names all places at once.</summary>
public sealed class SourceWordsTests
{
    private static readonly string[] Folders = ["src", "tests", "samples", "bench"];

    [Fact]
    public void Sources_UseTheGlossarysWords() => Places.None(Places.AvoidedWords(Sources().Where(IsNoRule)));

    [Fact]
    public void Sources_EndTheirLinesWithin120Columns() =>
        Places.None(Broken(Sources().Concat(Page()), SourceRules.WideLines));

    [Fact]
    public void Summaries_CanBeReadAlone() =>
        Places.None(Broken(Sources().Where(IsNoRule), SourceRules.DependentSummaries));

    [Fact]
    public void ParameterComments_SayMoreThanTheName() =>
        Places.None(Broken(Sources().Where(IsNoRule), SourceRules.RepeatedNames));

    [Fact]
    public void NumbersForPeople_AreWrittenInOneWay() => Places.None(Broken(
        Places.Files("src", ".cs").Where(static file => Path.GetFileName(file) != "NumberText.cs"),
        SourceRules.OwnNumberFormats));

    private static string[] Sources()
    {
        string[] files = [.. Folders.SelectMany(static folder => Places.Files(folder, ".cs"))];
        Assert.True(files.Length > 700, $"Only {files.Length} sources were found.");
        return files;
    }

    // The rules and their tests hold what they find.
    private static bool IsNoRule(string file) =>
        !Places.Named(file).StartsWith("tests/Backflow.Cli.Tests/Words/", StringComparison.Ordinal);

    private static IEnumerable<string> Page() =>
        Places.Files("web/dashboard/src", ".ts", ".svelte").Concat(Places.Files("web/dashboard/tests", ".ts"));

    private static IEnumerable<string> Broken(
        IEnumerable<string> files, Func<IReadOnlyList<string>, IEnumerable<(int Line, string Found)>> rule) => files
        .SelectMany(file => rule(File.ReadAllLines(file))
            .Select(place => $"{Places.Named(file)}:{place.Line}: {place.Found}"));
}
