using Backflow.Runs.Manifest;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>The first page leads to what matters of a store, and helps where it is empty.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class HomePageTests(ChromiumFixture chromium)
{
    [Fact]
    public async Task EmptyStore_HasCommandsToBeginWith_UntilTheFirstRunStarts()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/");
        await OpenedPage.See(page.Page.GetByText("No run yet."));
        await OpenedPage.See(page.Page.GetByText("backflow experiment gradient-norm"));
        await EveryPageTests.Examine(page);
        string id = RecordedRun.Write(served, "the first");
        ILocator newest = page.Page.GetByRole(AriaRole.Link, new() { Name = "Newest run" });
        Assert.Equal($"/run/{id}", await newest.GetAttributeAsync("href"));
        await OpenedPage.Counts(page.Page.GetByText("No run yet."), 0);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Store_LeadsToComparisonRunAndReports_AndNotToTrials()
    {
        await using Served served = await Served.Start();
        string[] compared = [RecordedRun.Write(served, "one"), RecordedRun.Write(served, "two")];
        string report = served.Store.CreateRun(Description("diagnose", RunKind.Diagnosis)).Id;
        served.Store.CreateRun(Description("gru", RunKind.Training) with { BelongsTo = report, Name = "its trial" });
        await using OpenedPage page = await chromium.Open(served, "/");
        await OpenedPage.See(page.Page.GetByText("3 runs"));
        await OpenedPage.Counts(page.Page.GetByText("its trial"), 0);
        await OpenedPage.See(page.Page.GetByRole(AriaRole.Link, new() { Name = report }));
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Newest comparison" }).ClickAsync();
        await page.Until($"location.search === '?runs={string.Join(',', compared)}'");
        page.AssertQuiet();
    }

    internal static RunDescription Description(string prefix, RunKind kind) => new()
    {
        Prefix = prefix,
        Kind = kind,
        Task = "adding",
        Cell = "gru",
        ConfigurationJson = "{}",
        Seed = 1,
        ProductVersion = "0.1.0",
        Machine = "test",
        CommandLine = "backflow diagnose",
    };
}
