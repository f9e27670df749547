using System.Collections.Immutable;
using Backflow.Telemetry;
using Xunit;

namespace Backflow.Experiments.Tests.Verdicts;

/// <remarks>
/// A fifth of the tuned catalogue and a fourteenth of the second held-out set run with every test;
/// BACKFLOW_ALL_VERDICTS=1 runs all, and BACKFLOW_UPDATE_DOCS=1 beside it writes the tables of docs/verdicts.md.
/// BACKFLOW_VERDICTS_ONLY=tuned, held-out or second keeps the other parts unseen, and BACKFLOW_VERDICT_CASE=NAME runs a
/// single case.
/// </remarks>
public class VerdictCasesTests
{
    private const string Begin = "<!-- catalogue: written by VerdictCasesTests -->";
    private const string End = "<!-- /catalogue -->";
    private const int TunedShare = 5;
    private const int SecondShare = 14;
    private const int FewestTuned = 20;
    private const int FewestSecond = 60;

    private static bool IsAll => Environment.GetEnvironmentVariable("BACKFLOW_ALL_VERDICTS") == "1";

    private static string? Single => Environment.GetEnvironmentVariable("BACKFLOW_VERDICT_CASE");

    private static CaseSet? Only => Environment.GetEnvironmentVariable("BACKFLOW_VERDICTS_ONLY") is string word
        ? Enum.Parse<CaseSet>(word.Replace("-", string.Empty, StringComparison.Ordinal), ignoreCase: true)
        : null;

    private static string PagePath => Path.Combine(RepositoryRoot.Path, "docs", "verdicts.md");

    [Fact]
    public void Run_Catalogue_UnhealthyRunsAreFoundAndHealthyOnesLeftInPeace()
    {
        if (Single is not null)
        {
            CaseRow row = CaseRow.Of(VerdictCaseRunner.Run(VerdictCases.All.Single(static one => one.Name == Single)));
            TestContext.Current.TestOutputHelper?.WriteLine(row.ToString());
            Assert.True(row.IsRight, row.ToString());
            return;
        }

        string page = File.ReadAllText(PagePath);
        ImmutableArray<CaseRow[]> before = VerdictTables.Read(Part(page));
        ImmutableArray<CaseRow[]> after = [.. CaseSection.All.Select((section, i) => Run(section) ?? before[i])];
        if (IsAll && Environment.GetEnvironmentVariable("BACKFLOW_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(PagePath, page.Replace(Part(page), VerdictTables.Write(after), StringComparison.Ordinal));
            return;
        }

        // What was wrong when the page was written stands there, and is not wrong once more.
        HashSet<string> known =
            [.. before.Skip(1).SelectMany(static rows => rows).Where(static row => !row.IsRight).Select(Name)];
        Assert.All(after.SelectMany(static rows => rows).Where(row => !known.Contains(row.Name)), static row =>
            Assert.True(row.IsRight, row.ToString()));
    }

    [Theory]
    [InlineData(CaseSet.Tuned, 1)]
    [InlineData(CaseSet.HeldOut, 1)]
    [InlineData(CaseSet.Second, 2)]
    public void All_EveryRule_HasUnhealthyRunsOfItsOwn(CaseSet set, int fewest) =>
        Assert.All(VerdictCatalogue.All, rule => Assert.True(
            Of(set).Count(one => one.Expected == rule.Name) >= fewest, rule.Name));

    [Fact]
    public void All_SecondSet_IsLargeAndHasSeedsOfItsOwn()
    {
        Assert.True(Of(CaseSet.Second).Count(static one => one.Expected is not null) >= FewestSecond);
        Assert.True(Of(CaseSet.Second).Count(static one => one.Expected is null) >= FewestSecond);
        Assert.Distinct(VerdictCases.All.Except(Of(CaseSet.Second)).Select(static one => one.Configuration.Seed)
            .Distinct().Concat(Of(CaseSet.Second).Select(static one => one.Configuration.Seed)));
    }

    [Fact]
    public void Page_CaseRows_AreTheCasesOfTheCatalogue()
    {
        ImmutableArray<CaseRow[]> rows = VerdictTables.Read(Part(File.ReadAllText(PagePath)));
        Assert.All(CaseSection.All, (section, i) => Assert.Equal(
            Of(section.Set).Select(static one => (one.Name, CaseRow.ExpectationOf(one))),
            rows[i].Select(static row => (row.Name, row.Expectation))));
        Assert.All(rows[0], static row => Assert.True(row.IsRight, row.ToString()));
        int unhealthy = rows[0].Count(static row => row.Expected is not null);
        Assert.InRange(unhealthy, FewestTuned, rows[0].Length - FewestTuned);
    }

    [Fact]
    public void Page_CountsAndMatrix_AreWhatItsCaseRowsSay()
    {
        string part = Part(File.ReadAllText(PagePath));
        Assert.Equal(VerdictTables.Write(VerdictTables.Read(part)), part);
    }

    /// <summary>The rows of a section's cases; null where they do not run now.</summary>
    private static CaseRow[]? Run(CaseSection section)
    {
        int share = IsAll ? 1 : section.Set switch
        {
            CaseSet.Tuned => TunedShare,
            CaseSet.Second => SecondShare,
            _ => 0,
        };
        return share == 0 || !section.IsOfThisWidth || (Only is CaseSet only && only != section.Set)
            ? null
            : [.. Of(section.Set).Where((_, i) => i % share == 0).Select(VerdictCaseRunner.Run).Select(CaseRow.Of)];
    }

    private static IEnumerable<VerdictCase> Of(CaseSet set) => VerdictCases.All.Where(one => one.Set == set);

    private static string Name(CaseRow row) => row.Name;

    private static string Part(string page)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        return page[begin..page.IndexOf(End, StringComparison.Ordinal)];
    }
}
