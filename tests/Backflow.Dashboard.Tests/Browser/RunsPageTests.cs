using Backflow.Runs.Manifest;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

[Collection(ChromiumFixture.Name)]
public sealed class RunsPageTests(ChromiumFixture chromium)
{
    private const string Markup = "<img src=x onerror=\"document.title='hacked'\">";

    [Fact]
    public async Task Rename_ToMarkup_IsShownAsText()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        await using OpenedPage page = await chromium.Open(served, "/runs");
        await Press(page, "Rename known");
        await page.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(Markup);
        await Press(page, "Rename");
        await OpenedPage.See(page.Page.GetByRole(AriaRole.Link, new() { Name = Markup }));
        Assert.Equal(Markup, served.Store.GetRun(id).Name);

        await page.Page.GetByRole(AriaRole.Link, new() { Name = Markup }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText(Markup, new() { Exact = true }));
        await OpenedPage.See(page.Page.GetByText(RecordedRun.Sample));
        Assert.Equal(0, await page.Page.Locator("img").CountAsync());
        Assert.Equal($"{id}, Run – Backflow", await page.Page.TitleAsync());
        page.AssertQuiet();
    }

    /// <summary>Trials are hidden until the list is grouped by report; a wrong expression is named.</summary>
    [Fact]
    public async Task FilterGroupsAndColumns_ChangeWhatIsListed()
    {
        await using Served served = await Served.Start();
        RecordedRun.Write(served, "alpha");
        RecordedRun.Write(served, "beta");
        string report = served.Store.CreateRun(
            HomePageTests.Description("diagnose", Runs.Manifest.RunKind.Diagnosis)).Id;
        served.Store.CreateRun(HomePageTests.Description("gru", Runs.Manifest.RunKind.Training) with
        {
            BelongsTo = report,
            Name = "its trial",
        });
        await using OpenedPage page = await chromium.Open(served, "/runs");
        ILocator rows = page.Page.Locator("tbody td.name");
        await OpenedPage.Counts(rows, 3);
        await OpenedPage.See(page.Page.GetByText("1 trial"));

        ILocator filter = page.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Filter runs" });
        await filter.FillAsync("/^(ALPHA|beta)$/");
        await OpenedPage.Counts(rows, 2);
        await filter.FillAsync("/(/");
        await OpenedPage.See(page.Page.GetByText("is no regular expression"));
        await OpenedPage.Counts(rows, 3);
        await filter.FillAsync(string.Empty);

        await page.Page.GetByLabel("Group by").SelectOptionAsync("report");
        await OpenedPage.Counts(rows, 4);
        await OpenedPage.Counts(page.Page.Locator("tr.group"), 2);
        await page.Page.GetByText("Columns", new() { Exact = true }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Context" }).UncheckAsync();
        await OpenedPage.Counts(page.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Context" }), 0);
        await page.Until("location.search === '?group=report&hide=context'");
        await page.Page.GetByText("Columns", new() { Exact = true }).ClickAsync();
        await EveryPageTests.Examine(page);
        page.AssertQuiet();
    }

    /// <summary>A note that would turn the page's text around or write markup is shown as text with signs.</summary>
    [Fact]
    public async Task TagsAndNote_OfARun_AreKeptListedAndFoundBy()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        RecordedRun.Write(served, "other");
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        await Press(page, "Add tags or a note");
        await page.Page.GetByLabel("Tags, with spaces between them").FillAsync("paper-3  good good");
        await page.Page.GetByLabel("Note", new() { Exact = true }).FillAsync($"{Markup}\u202Eturned");
        await Press(page, "Keep");
        await OpenedPage.See(page.Page.GetByText($"{Markup}\\u202eturned"));
        Assert.Equal(["good", "paper-3"], served.Store.GetRun(id).Tags);
        Assert.Equal($"{Markup}\u202Eturned", served.Store.GetRun(id).Note);


        await page.Page.GetByRole(AriaRole.Link, new() { Name = "good" }).ClickAsync();
        await page.Until("location.pathname + location.search === '/runs?filter=tag:good'");
        await OpenedPage.See(page.Page.GetByText("1 of 2 runs"));
        await OpenedPage.See(page.Page.GetByRole(AriaRole.Img, new() { Name = "Note" }));
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "paper-3" }).ClickAsync();
        await page.Until("location.search === '?filter=tag:paper-3'");
        await OpenedPage.Counts(page.Page.Locator("tbody td.name"), 1);
        await EveryPageTests.Examine(page);
        Assert.Equal(0, await page.Page.Locator("main img").CountAsync());

        await page.Page.Locator("tbody td.name a").First.ClickAsync();
        await Press(page, "Change tags and note");
        await page.Page.GetByLabel("Tags, with spaces between them").FillAsync(new string('x', 65));
        await Press(page, "Keep");
        await OpenedPage.See(page.Page.GetByText("cannot be a tag"));
        Assert.Equal(["good", "paper-3"], served.Store.GetRun(id).Tags);
    }

    [Fact]
    public async Task DeleteTicked_AsksOnce_NamesAll_AndKeepsWhatIsTrained()
    {
        await using Served served = await Served.Start();
        RecordedRun.Write(served, "one");
        RecordedRun.Write(served, "two");
        RecordedRun.Write(served, "kept");
        string trained = served.CreateRun(name: "in training");
        await using OpenedPage page = await chromium.Open(served, "/runs");
        foreach (string name in (string[])["one", "two", "in training"])
        {
            await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = $"Compare {name}" }).CheckAsync();
        }

        await Press(page, "Delete ticked");
        ILocator dialog = page.Page.GetByRole(AriaRole.Dialog);
        await OpenedPage.See(dialog.GetByText("Delete 2 runs?"));
        Assert.Equal(["one", "two"], (await dialog.Locator("li").AllInnerTextsAsync()).Order());
        await OpenedPage.See(dialog.GetByText("Being trained, and therefore kept: in training."));
        Assert.Equal(4, served.Store.ListRuns().Length);
        await Press(page, "Delete");
        await OpenedPage.Counts(page.Page.Locator("tbody td.name"), 2);
        Assert.Equal(["in training", "kept"], served.Store.ListRuns().Select(static run => run.Name).Order());
        Assert.Equal("in training", served.Store.GetRun(trained).Name);
        page.AssertQuiet();
    }

    [Fact]
    public async Task PinAndDelete_AskTheStore()
    {
        await using Served served = await Served.Start();
        string kept = RecordedRun.Write(served, "kept");
        string gone = RecordedRun.Write(served, "gone");
        await using OpenedPage page = await chromium.Open(served, "/runs");
        await Press(page, "Pin kept");
        await OpenedPage.See(page.Page.GetByRole(AriaRole.Button, new() { Name = "Unpin kept" }));
        Assert.True(served.Store.GetRun(kept).IsPinned);

        await Press(page, "Delete gone");
        await OpenedPage.See(page.Page.GetByText("This cannot be undone."));
        await Press(page, "Cancel");
        await page.Page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.Equal(2, served.Store.ListRuns().Length);

        await Press(page, "Delete gone");
        await Press(page, "Delete");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "gone" }).WaitForAsync(
            new() { State = WaitForSelectorState.Hidden });
        Assert.Equal(kept, Assert.Single(served.Store.ListRuns()).Id);
        Assert.NotEqual(gone, kept);
        page.AssertQuiet();
    }

    [Fact]
    public async Task List_FirstAnswerFails_ErrorGoesWhenTheStreamBringsTheList()
    {
        await using Served served = await Served.Start();
        RecordedRun.Write(served);
        await using OpenedPage page = await chromium.Open(served, "/explorer");
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.Page.RouteAsync(
            "**/api/runs", static route => route.FulfillAsync(new() { Status = 503, Body = "{}" }));
        await page.Page.RouteAsync("**/api/live", async route =>
        {
            await seen.Task;
            await route.ContinueAsync();
        });
        await page.Page.GotoAsync(new Uri(served.Server.Address, "/runs").ToString());
        await OpenedPage.See(page.Page.GetByRole(AriaRole.Alert));
        seen.SetResult();
        await OpenedPage.See(page.Page.GetByRole(AriaRole.Link, new() { Name = "known" }));
        Assert.Equal(0, await page.Page.GetByRole(AriaRole.Alert).CountAsync());
    }

    [Fact]
    public async Task Phone_EverythingIsInReachWithoutScrollingSideways()
    {
        await using Served served = await Served.Start();
        string kept = RecordedRun.Write(served, "kept");
        RecordedRun.Write(served, "a-name-that-has-no-place-to-break-and-goes-on-for-longer-than-a-phone-is-wide");
        await using OpenedPage page = await chromium.Open(served, "/runs", width: 390, height: 844);
        await OpenedPage.Counts(page.Page.Locator("tbody tr"), 2);
        await page.Page.GetByLabel("Sort by").SelectOptionAsync("name");
        string first = await page.Page.Locator("tbody .name").First.InnerTextAsync();
        Assert.StartsWith("a-name", first, StringComparison.Ordinal);
        await Press(page, "Rising; turn the order");
        await page.Until("document.querySelector('tbody .name').textContent === 'kept'");
        // Every element that can be seen ends within the screen, also one that could be reached by scrolling a part of
        // the page.
        string[] beyond = await page.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > 390
              && getComputedStyle(one).clipPath === 'none').map((one) => one.outerHTML.slice(0, 100))
            """);
        Assert.Empty(beyond);
        await Press(page, "Pin kept");
        await OpenedPage.See(page.Page.GetByRole(AriaRole.Button, new() { Name = "Unpin kept" }));
        await Press(page, "Rename kept");
        await page.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("renamed");
        await Press(page, "Rename");
        await OpenedPage.See(page.Page.GetByRole(AriaRole.Link, new() { Name = "renamed" }));
        Assert.Equal("renamed", served.Store.GetRun(kept).Name);
        await page.Page.GetByRole(AriaRole.Searchbox).FillAsync("renamed");
        await OpenedPage.Counts(page.Page.Locator("tbody tr"), 1);
        page.AssertQuiet();
    }

    [Fact]
    public async Task FilterAndCompare_OpenTheTickedRuns()
    {
        await using Served served = await Served.Start();
        string first = RecordedRun.Write(served, "first run");
        string second = RecordedRun.Write(served, "second run");
        RecordedRun.Write(served, "other");
        await using OpenedPage page = await chromium.Open(served, "/runs");
        await OpenedPage.See(page.Page.GetByText("3 runs", new() { Exact = true }));
        await page.Page.GetByLabel("Filter runs").FillAsync("run rnn completed");
        await OpenedPage.See(page.Page.GetByText("2 of 3 runs"));
        await page.Page.GetByLabel("Filter runs").FillAsync("first");
        await OpenedPage.See(page.Page.GetByText("1 of 3 runs"));
        await page.Page.GetByLabel("Compare first run").CheckAsync();
        await page.Page.GetByLabel("Filter runs").FillAsync("second");
        await page.Page.GetByLabel("Compare second run").CheckAsync();
        await page.Until($"location.search === '?filter=second&chosen={first},{second}'");
        await page.Page.ReloadAsync();
        await OpenedPage.See(page.Page.GetByText("1 of 3 runs"));
        await Press(page, "Compare 2 runs");
        await page.Until($"location.pathname + location.search === '/compare?runs={first},{second}'");
        await page.Until("document.querySelectorAll('.heatmap canvas').length === 2");
        await page.AtStep(RecordedRun.Steps);
        string csv = await page.SaveText("Total gradient ‖∂L/∂hₜ‖₂ over timesteps", "CSV");
        Assert.Contains("first run,4,1\r\n", csv, StringComparison.Ordinal);
        Assert.Contains("second run,4,1\r\n", csv, StringComparison.Ordinal);
        page.AssertQuiet();
    }

    [Fact]
    public async Task List_RunStartedElsewhere_AppearsByItself()
    {
        await using Served served = await Served.Start();
        RecordedRun.Write(served, "before");
        await using OpenedPage page = await chromium.Open(served, "/runs");
        await OpenedPage.See(page.Page.GetByText("1 run", new() { Exact = true }));
        served.Store.Finish(served.CreateRun(name: "afterwards"), RunStatus.Diverged);
        await OpenedPage.See(page.Page.Locator("tr", new() { HasText = "afterwards" }).GetByText("diverged"));
        page.AssertQuiet();
    }

    private static Task Press(OpenedPage page, string name) =>
        page.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();
}
