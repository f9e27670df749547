using System.Globalization;
using System.Text;
using Xunit;

namespace Backflow.Experiments.Tests.Verdicts;

/// <remarks>
/// A fifth of the catalogue runs with every test; BACKFLOW_ALL_VERDICTS=1 runs all of it, and BACKFLOW_UPDATE_DOCS=1
/// beside it writes the tables of docs/verdicts.md.
/// </remarks>
public class VerdictCasesTests
{
    private const string Begin = "<!-- catalogue: written by VerdictCasesTests -->";
    private const string End = "<!-- /catalogue -->";
    private const int QuickShare = 5;

    private static bool IsAll => Environment.GetEnvironmentVariable("BACKFLOW_ALL_VERDICTS") == "1";

    /// <summary>"tuned" while thresholds are being set, so that nobody sees the others.</summary>
    private static string? Only => Environment.GetEnvironmentVariable("BACKFLOW_VERDICTS_ONLY");

    [Fact]
    public void Run_Catalogue_SickRunsAreFoundAndHealthyOnesLeftInPeace()
    {
        VerdictOutcome[] outcomes =
        [
            .. VerdictCases.All.Where(static (one, i) => IsAll || (!one.IsHeldOut && i % QuickShare == 0))
                .Where(static one => Only is null || one.IsHeldOut == (Only == "held-out"))
                .Select(VerdictCaseRunner.Run),
        ];
        if (IsAll && Environment.GetEnvironmentVariable("BACKFLOW_UPDATE_DOCS") == "1")
        {
            WriteTables(outcomes);
        }

        Assert.All(outcomes.Where(static outcome => !outcome.Case.IsHeldOut), static outcome =>
            Assert.True(outcome.IsRight, Line(outcome)));
    }

    private static void WriteTables(VerdictOutcome[] outcomes)
    {
        string path = PagePath();
        string page = File.ReadAllText(path);
        StringBuilder text = new();
        text.Append(page.AsSpan(0, page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)).Append('\n');
        foreach (bool isHeldOut in (bool[])[false, true])
        {
            VerdictOutcome[] part = [.. outcomes.Where(outcome => outcome.Case.IsHeldOut == isHeldOut)];
            VerdictOutcome[] sick = [.. part.Where(static outcome => outcome.Case.Expected is not null)];
            VerdictOutcome[] healthy = [.. part.Where(static outcome => outcome.Case.Expected is null)];
            text.Append(CultureInfo.InvariantCulture, $"\n### {(isHeldOut ? "Held out" : "Tuned")}\n\n")
                .Append("| | right verdict in time and place | other or none |\n| --- | --- | --- |\n")
                .Append(Counts("sick", sick)).Append('\n')
                .Append(
                    "| | silent | warnings raised |\n| --- | --- | --- |\n")
                .Append(Counts("healthy", healthy)).Append('\n')
                .Append("| run | expected, within step | found at | also raised | loss at the end |\n")
                .Append("| --- | --- | --- | --- | --- |\n");
            foreach (VerdictOutcome outcome in part)
            {
                text.Append(Line(outcome)).Append('\n');
            }
        }

        text.Append('\n').Append(page.AsSpan(page.IndexOf(End, StringComparison.Ordinal)));
        File.WriteAllText(path, text.ToString());
    }

    private static string Counts(string name, VerdictOutcome[] outcomes) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {outcomes.Length} {name} | {outcomes.Count(static o => o.IsRight)} | {outcomes.Count(static o => !o.IsRight)} |\n");

    private static string Line(VerdictOutcome outcome)
    {
        string expected = outcome.Case.Expected is string rule
            ? string.Create(CultureInfo.InvariantCulture, $"`{rule}`, {outcome.Case.WithinSteps}")
            : "nothing";
        string found = (outcome.IsRight ? string.Empty : "**no** ") + (outcome.Hit?.Place ?? "–");
        string others = string.Join(
            ", ",
            outcome.Verdicts.Where(verdict => verdict.Rule != outcome.Case.Expected)
                .GroupBy(static verdict => verdict.Rule)
                .Select(static group => FormattableString.Invariant($"{group.Key} ({group.First().Step})")));
        return FormattableString.Invariant(
            $"| {outcome.Case.Name} | {expected} | {found} | {(others.Length == 0 ? "–" : others)} | {outcome.LastLoss:G3} |");
    }

    private static string PagePath()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Backflow.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "docs", "verdicts.md");
    }
}
