using System.Text.RegularExpressions;

namespace Backflow.Dashboard.Tests.Documents;

/// <summary>docs/security.md against the tests: each row of its last table names one that is there.</summary>
public sealed partial class SecurityPageTests
{
    private const int LeastRows = 30;

    private static readonly string Tests = Path.Combine(RepositoryRoot.Path, "tests");

    [Fact]
    public void Page_EveryRow_NamesATestThatIsThere()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "security.md"));
        string[] rows = [.. page[page.IndexOf("## What is tried", StringComparison.Ordinal)..].Split('\n')
            .Where(static line => line.StartsWith('|')).Skip(2)];
        Assert.True(rows.Length >= LeastRows, $"Only {rows.Length} rows.");
        Assert.All(rows, static row =>
        {
            Match named = TestName().Match(row);
            Assert.True(named.Success, $"No test: {row}");
            string file = Assert.Single(
                Directory.GetFiles(Tests, $"{named.Groups[1].Value}.cs", SearchOption.AllDirectories));
            Assert.Matches(
                $@"\[(Fact|Theory)\](\s*\[InlineData.*\])*\s*public (async Task|void) {named.Groups[2].Value}\(",
                File.ReadAllText(file));
        });
    }

    [GeneratedRegex("`([A-Za-z]+)\\.([A-Za-z_]+)` \\|$")]
    private static partial Regex TestName();
}
