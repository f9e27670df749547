using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Backflow.Experiments.Studies;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;
using Xunit;

namespace Backflow.Experiments.Tests.Studies;

/// <summary>Every study at its quick size: what all of them must have.</summary>
public sealed partial class StudyCatalogueTests
{
    public static TheoryData<string> Names => [.. StudyCatalogue.All.Select(static study => study.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_Quick_HasTwoSentencesTablesAndWellFormedFigures(string name)
    {
        IStudy study = StudyCatalogue.Find(name);
        List<StudyProgress> told = [];
        StudyResult result =
            study.Run(new StudyOptions(StudySize.Quick, Seed: 1, Threads: 1), told.Add, CancellationToken.None);

        Assert.True(result.IsComplete);
        Assert.Equal(2, result.Findings.Length);
        Assert.All(result.Findings, static sentence => Assert.EndsWith(".", sentence, StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", string.Join(' ', result.Findings), StringComparison.Ordinal);
        Assert.NotEmpty(result.Summary.Rows);
        Assert.All(result.Summary.Rows, row => Assert.Equal(result.Summary.Columns.Length, row.Length));
        Assert.All(result.Numbers.Rows, row => Assert.Equal(result.Numbers.Columns.Length, row.Length));
        Assert.True(result.Figures.Length + result.Answers.Length > 0, "A report shows something.");
        Assert.Equal(told[^1].Total, told[^1].Done, precision: 6);

        StudyResult marked = QuickSize.Marked(result, StudySize.Quick);
        Assert.Equal(result, QuickSize.Marked(result, StudySize.Default));
        Assert.All(marked.Numbers.Rows, static row => Assert.Equal("quick", row[^1]));
        Assert.All(CsvTable.Write(marked.Numbers).TrimEnd('\n').Split('\n').Skip(1), static line =>
            Assert.EndsWith(",quick", line, StringComparison.Ordinal));
        string page = HtmlReport.Write(StudyLayout.Of(study, marked, new ReportTerm("Command", "a < b")));
        List<Match> drawings = [.. Drawing().Matches(page).Cast<Match>()];
        Assert.Equal(result.Figures.Length, drawings.Count);
        Assert.All(drawings, static drawing =>
        {
            XDocument parsed = XDocument.Parse(drawing.Value);
            Assert.DoesNotContain("NaN", parsed.ToString(), StringComparison.Ordinal);
        });
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=", page, StringComparison.Ordinal);
        Assert.Contains("a &lt; b", page, StringComparison.Ordinal);
        Assert.Contains("Made at the quick size", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spectral")]
    [InlineData("adding")]
    public void Run_DifferentThreads_SameNumbers(string name)
    {
        IStudy study = StudyCatalogue.Find(name);
        StudyResult one =
            study.Run(new StudyOptions(StudySize.Quick, 1, Threads: 1), static _ => { }, CancellationToken.None);
        StudyResult three =
            study.Run(new StudyOptions(StudySize.Quick, 1, Threads: 3), static _ => { }, CancellationToken.None);

        Assert.Equal(CsvTable.Write(one.Numbers), CsvTable.Write(three.Numbers));
        Assert.Equal(one.Findings, three.Findings);
    }

    [Fact]
    public void Run_CancelledAfterTwoTrials_KeepsThem()
    {
        using CancellationTokenSource source = new();
        StudyResult result = StudyCatalogue.Find("copy-memory").Run(
            new StudyOptions(StudySize.Quick, 1, 1),
            progress =>
            {
                // Its last report, "… after 20 steps"; those before say "step 20 of 20".
                if (progress.Text.StartsWith("GRU", StringComparison.Ordinal)
                    && progress.Text.Contains(" after ", StringComparison.Ordinal))
                {
                    source.Cancel();
                }
            },
            source.Token);

        Assert.False(result.IsComplete);
        Assert.Equal(["RNN", "GRU"], result.Numbers.Rows.Select(static row => row[0]));
        Assert.Equal(["RNN", "GRU", "chance, no memory"], result.Summary.Rows.Select(static row => row[0]));
    }

    [Theory]
    [InlineData("echo", "lag 1")]
    [InlineData("adding", "length 4")]
    [InlineData("forget-bias-length", "length 4")]
    public void Run_Task_NamesWhatIsVaried(string name, string heading)
    {
        StudyResult result = StudyCatalogue.Find(name)
            .Run(new StudyOptions(StudySize.Quick, 1, Threads: 2), static _ => { }, CancellationToken.None);

        Assert.Equal(heading, result.Summary.Columns[3]);
        Assert.Equal($"{heading.Split(' ')[0]}, timesteps", ((Chart)result.Figures[0]).XLabel);
    }

    [Fact]
    public void Run_ForgetBiasLength_StartsEachLineWithItsBias()
    {
        StudyResult result = StudyCatalogue.Find("forget-bias-length")
            .Run(new StudyOptions(StudySize.Quick, 1, Threads: 2), static _ => { }, CancellationToken.None);

        Assert.Equal(
            ["bias 0", "bias 1", "bias 3", "chrono"], result.Numbers.Rows.Select(static row => row[0]).Distinct());

        // One seed: only the start can set two lines apart.
        int loss = result.Numbers.Columns.IndexOf("loss");
        Assert.Distinct(result.Numbers.Rows.Where(static row => row[1] == "8").Select(row => row[loss]));
    }

    [Fact]
    public void Run_CancelledBeforeItBegins_SaysSo()
    {
        StudyResult result = StudyCatalogue.Find("gradient-norm").Run(
            new StudyOptions(StudySize.Quick, 1, 1), static _ => { }, new CancellationToken(canceled: true));

        Assert.False(result.IsComplete);
        Assert.Equal("Nothing was measured.", result.Findings[0]);
        Assert.Empty(result.Summary.Rows);
    }

    [Fact]
    public void Run_MoreSeeds_MedianOfTheNumbersIsTheTable()
    {
        StudyResult result = StudyCatalogue.Find("gradient-norm").Run(
            new StudyOptions(StudySize.Quick, 1, 1, Seeds: 3), static _ => { }, CancellationToken.None);
        double[] norms =
        [
            .. result.Numbers.Rows.Where(static row => row[0] == "RNN" && row[1] == "5")
                .Select(static row => double.Parse(row[3], CultureInfo.InvariantCulture)).Order(),
        ];

        Assert.Equal(3, norms.Length);
        Assert.Equal(
            $"{NumberText.Of(norms[1])} ({NumberText.Of(norms[0])} to {NumberText.Of(norms[2])})",
            result.Summary.Rows[0][1]);
    }

    [GeneratedRegex("<svg xmlns.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawing();
}
