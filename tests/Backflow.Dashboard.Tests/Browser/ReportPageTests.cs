using System.Collections.Immutable;
using Backflow.Experiments.Diagnosis;
using Backflow.Experiments.Studies;
using Backflow.Training.Tasks.Sequences;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>The page of an experiment or a diagnosis is its report, whole or of what is done.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class ReportPageTests(ChromiumFixture chromium) : IDisposable
{
    private const string Command = "backflow experiment gradient-norm --quick";

    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-report-").FullName;

    [Fact]
    public async Task Experiment_ItsPage_HasTheSentencesTheChartsTheTableAndTheCommand()
    {
        await using Served served = await Served.Start();
        using StudyRun run = Study(served, "gradient-norm");
        StudyOutcome outcome = run.Compute(static _ => { }, TestContext.Current.CancellationToken);
        run.Record(outcome);
        await using OpenedPage page = await chromium.Open(served, $"/run/{outcome.RunId}");
        await page.Heading("How much of the gradient of the last timestep reaches the first?");
        await OpenedPage.See(page.Page.GetByText("Made at the quick size, this shows nothing"));
        await OpenedPage.Counts(page.Page.Locator(".chart canvas"), outcome.Result.Figures.Length);
        ILocator rows = page.Page.Locator("tbody tr");
        await OpenedPage.Counts(rows, outcome.Result.Summary.Rows.Length);
        Assert.Equal(
            outcome.Result.Summary.Rows.Select(static row => row[0]),
            await page.Page.Locator("tbody th").AllInnerTextsAsync());
        await OpenedPage.Counts(page.Page.GetByText(Command, new() { Exact = true }), 1);
        string csv = await page.SaveText("Numbers", "CSV");
        Assert.All(outcome.Result.Summary.Rows, row => Assert.Contains(row[1], csv, StringComparison.Ordinal));
        await EveryPageTests.Examine(page);
        page.AssertQuiet();
    }

    /// <summary>A heatmap, and questions that are answered step by step.</summary>
    [Theory]
    [InlineData("training-flow", ".heatmap canvas")]
    [InlineData("exercises", "p.strong")]
    public async Task Experiment_EveryKindOfPart_IsShown(string name, string part)
    {
        await using Served served = await Served.Start();
        using StudyRun run = Study(served, name);
        StudyOutcome outcome = run.Compute(static _ => { }, TestContext.Current.CancellationToken);
        run.Record(outcome);
        await using OpenedPage page = await chromium.Open(served, $"/run/{outcome.RunId}");
        await page.Heading(StudyCatalogue.Find(name).Question);
        await OpenedPage.See(page.Page.Locator(part));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Experiment_ThatStillRuns_ShowsItsProgressAndThenTheReport()
    {
        await using Served served = await Served.Start();
        using StudyRun run = Study(served, "gradient-norm");
        using ManualResetEventSlim begun = new();
        using ManualResetEventSlim seen = new();
        Task<StudyOutcome> work = Task.Run(() => run.Compute(
            _ =>
            {
                begun.Set();
                seen.Wait(OpenedPage.Patience);
            },
            TestContext.Current.CancellationToken));
        begun.Wait(TestContext.Current.CancellationToken);
        string id = Assert.Single(served.Store.ListRuns()).Id;
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        try
        {
            await page.Heading("experiment gradient-norm is at work.");
            await OpenedPage.See(page.Page.GetByRole(AriaRole.Progressbar));
            await OpenedPage.See(page.Page.Locator(".lines li"));
        }
        finally
        {
            seen.Set();
        }

        run.Record(await work);
        await page.Heading("How much of the gradient of the last timestep reaches the first?");
        await OpenedPage.Counts(page.Page.Locator("progress"), 0);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Diagnosis_ItsPage_HasCauseTrialsRemedyAndItsRuns()
    {
        await using Served served = await Served.Start();
        DiagnosisReport report = Diagnose(served);
        Assert.NotEmpty(report.Trials);
        await using OpenedPage page = await chromium.Open(served, $"/run/{report.KeptAs}");
        await page.Heading("Diagnosis of a configuration");
        await OpenedPage.Counts(page.Page.GetByText(report.Causes[0].Meaning.Split(" per ")[0]), 1);
        ILocator trials = Panel(page, "Remedies tried").Locator("tbody tr");
        await OpenedPage.Counts(trials, report.Trials.Length);
        Assert.StartsWith(
            DiagnosisText.Reach(report.Trials[0]), await trials.First.Locator("td").Nth(1).InnerTextAsync(),
            StringComparison.Ordinal);
        int runs = served.Store.ListRuns().Count(run => run.BelongsTo == report.KeptAs);
        await OpenedPage.Counts(Panel(page, "Trials").Locator("tbody tr"), runs);
        await EveryPageTests.Examine(page);
        await Panel(page, "Trials").Locator("a").First.ClickAsync();
        await OpenedPage.See(page.Page.GetByText($"trial of {report.KeptAs}"));
        page.AssertQuiet();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ILocator Panel(OpenedPage page, string title)
    {
        ILocator heading = page.Page.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true });
        return page.Page.Locator("section[data-panel]", new() { Has = heading });
    }

    private static DiagnosisReport Diagnose(Served served)
    {
        // The steps end the trials long before the budget does.
        using DiagnosisRun diagnosis = new(served.Store, TimeSpan.FromHours(1), TimeProvider.System)
        {
            CommandLine = "backflow diagnose --task adding",
        };
        DiagnosisReport report = diagnosis.Execute(
            TaskCatalogue.Find("adding").Defaults with
            {
                Task = "adding",
                TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("length", 12),
                Cells = ["rnn-sigmoid"],
                HiddenSize = 8,
                Steps = 40,
                Threads = 1,
            },
            new Unwatched(),
            TestContext.Current.CancellationToken);
        diagnosis.Record(report);
        return report;
    }

    private StudyRun Study(Served served, string name) => new(
        StudyCatalogue.Find(name),
        new StudyOptions(StudySize.Quick, Seed: 1, Threads: 1),
        served.Store,
        _folder,
        Command,
        TimeProvider.System);

    private sealed class Unwatched : IDiagnosisObserver
    {
        public void OnTrial(int done, int total, string text)
        {
        }
    }
}
