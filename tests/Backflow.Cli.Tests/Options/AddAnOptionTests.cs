using System.Text.RegularExpressions;
using Backflow.Training;
using Xunit;

namespace Backflow.Cli.Tests.Options;

/// <summary>The checklist "Add an option" of CONTRIBUTING.md against the sources.</summary>
public sealed partial class AddAnOptionTests
{
    private const string RowsFolder = "src/Backflow.Training/Options";

    public static TheoryData<string, string> LongNames =>
        [.. TrainingOptions.All.Where(static row => row.Name.Contains('-', StringComparison.Ordinal))
            .Select(static row => (row.Name, row.Property))];

    [Fact]
    public void Checklist_NamesThePlacesOfAnOption()
    {
        string checklist = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "CONTRIBUTING.md"))
            .Split("## Add an option")[1].Split("\n## ")[0];
        string[] places = [.. Code().Matches(checklist).Select(static match => match.Groups[1].Value).Distinct()];
        Assert.Equal(["src/Backflow.Training/Configuration/TrainingConfiguration.cs", RowsFolder, "docs/commands.md"],
            places);
        Assert.All(places, static place => Assert.True(Path.Exists(Path.Combine(RepositoryRoot.Path, place)), place));
    }

    /// <summary>A name of two words is written in one file: that of its row.</summary>
    [Theory]
    [MemberData(nameof(LongNames))]
    public void Name_OfAnOption_IsWrittenOnce(string name, string property)
    {
        string[] files = [.. Sources().Where(file => SourceLiterals.Of(File.ReadAllText(file))
            .Any(literal => literal == name || literal == $"--{name}"))];
        string file = Assert.Single(files);
        Assert.Contains(RowsFolder, file.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Contains($"nameof(C.{property})", File.ReadAllText(file), StringComparison.Ordinal);
    }

    // Paths alone: names of types and tests have no slash.
    [GeneratedRegex("`((?:src|docs)/[^`]+)`")]
    private static partial Regex Code();

    // Elsewhere the same words name metrics and studies.
    private static IEnumerable<string> Sources() => new[] { RowsFolder, "src/Backflow.Cli" }.SelectMany(static folder =>
        Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, folder), "*.cs", SearchOption.AllDirectories));
}
