using Backflow.Telemetry;
using Xunit;

namespace Backflow.Experiments.Tests.Verdicts;

/// <remarks>
/// A fifth of the tuned catalogue runs with every test; BACKFLOW_ALL_VERDICTS=1 runs all of it, and
/// BACKFLOW_UPDATE_DOCS=1 beside it writes the tables of docs/verdicts.md. While rules are being changed,
/// BACKFLOW_VERDICTS_ONLY=tuned keeps the held-out cases unseen, and BACKFLOW_VERDICT_CASE=NAME runs a single case.
/// </remarks>
public class VerdictCasesTests
{
    private const string Begin = "<!-- catalogue: written by VerdictCasesTests -->";
    private const string End = "<!-- /catalogue -->";
    private const int QuickShare = 5;
    private const int FewestTuned = 20;

    private static bool IsAll => Environment.GetEnvironmentVariable("BACKFLOW_ALL_VERDICTS") == "1";

    private static string? Single => Environment.GetEnvironmentVariable("BACKFLOW_VERDICT_CASE");

    private static string? Only => Environment.GetEnvironmentVariable("BACKFLOW_VERDICTS_ONLY");

    private static string PagePath => Path.Combine(RepositoryFolder(), "docs", "verdicts.md");

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

        CaseRow[] rows =
        [
            .. VerdictCases.All.Where(static (one, i) => IsAll || (!one.IsHeldOut && i % QuickShare == 0))
                .Where(static one => Only is null || one.IsHeldOut == (Only == "held-out"))
                .Select(VerdictCaseRunner.Run).Select(CaseRow.Of),
        ];
        CaseRow[] tuned = [.. rows.Where(static row => !IsHeldOut(row))];
        if (IsAll && Environment.GetEnvironmentVariable("BACKFLOW_UPDATE_DOCS") == "1")
        {
            string page = File.ReadAllText(PagePath);
            (CaseRow[] tunedBefore, CaseRow[] heldOutBefore) = VerdictTables.Read(Part(page));
            string tables = VerdictTables.Write(
                Only == "held-out" ? tunedBefore : tuned,
                Only == "tuned" ? heldOutBefore : [.. rows.Where(IsHeldOut)]);
            File.WriteAllText(PagePath, page.Replace(Part(page), tables, StringComparison.Ordinal));
        }

        Assert.All(tuned, static row => Assert.True(row.IsRight, row.ToString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_EveryRule_HasAnUnhealthyRunOfItsOwn(bool isHeldOut) => Assert.Equal(
        VerdictCatalogue.All.Select(static rule => rule.Name).Order(StringComparer.Ordinal),
        VerdictCases.All.Where(one => one.IsHeldOut == isHeldOut).Select(static one => one.Expected).OfType<string>()
            .Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Page_CaseRows_AreTheCasesOfTheCatalogue()
    {
        (CaseRow[] tuned, CaseRow[] heldOut) = VerdictTables.Read(Part(File.ReadAllText(PagePath)));
        Assert.Equal(
            VerdictCases.All.Select(static one => (one.Name, CaseRow.ExpectationOf(one), one.IsHeldOut)),
            [
                .. tuned.Select(static row => (row.Name, row.Expectation, false)),
                .. heldOut.Select(static row => (row.Name, row.Expectation, true)),
            ]);
        Assert.All(tuned, static row => Assert.True(row.IsRight, row.ToString()));
        Assert.InRange(tuned.Count(static row => row.Expected is not null), FewestTuned, tuned.Length - FewestTuned);
    }

    [Fact]
    public void Page_CountsAndMatrix_AreWhatItsCaseRowsSay()
    {
        string part = Part(File.ReadAllText(PagePath));
        (CaseRow[] tuned, CaseRow[] heldOut) = VerdictTables.Read(part);
        Assert.Equal(VerdictTables.Write(tuned, heldOut), part);
    }

    private static bool IsHeldOut(CaseRow row) => VerdictCases.All.Single(one => one.Name == row.Name).IsHeldOut;

    private static string Part(string page)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        return page[begin..page.IndexOf(End, StringComparison.Ordinal)];
    }

    private static string RepositoryFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Backflow.slnx")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }
}
