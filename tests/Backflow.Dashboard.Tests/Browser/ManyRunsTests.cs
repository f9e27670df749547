using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>Twelve runs laid over each other, and no more.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class ManyRunsTests(ChromiumFixture chromium)
{
    private const int Most = 12;

    [Fact]
    public async Task Compare_TwelveRuns_EachHasALineAndAHeatmapOfItsOwn()
    {
        await using Served served = await Served.Start();
        string[] ids = [.. Enumerable.Range(0, Most).Select(i => RecordedRun.Write(served, $"run {i}"))];
        await using OpenedPage page = await chromium.Open(served, $"/compare?runs={string.Join(',', ids)}");
        await page.Heading("12 runs: effective context 3 and gradient reach 2.");
        await OpenedPage.Counts(page.Page.Locator(".heatmap canvas"), Most);
        ILocator keys = page.Page.Locator("ul[aria-label='Runs and their verdicts'] svg line");
        await OpenedPage.Counts(keys, Most);
        string[] styles = await keys.EvaluateAllAsync<string[]>(
            "all => all.map((line) => `${getComputedStyle(line).stroke} ${line.getAttribute('stroke-dasharray')}`)");
        Assert.Equal(Most, styles.Distinct().Count());
        Assert.Equal(Most / 2, styles.Count(static style => style.EndsWith("12 3", StringComparison.Ordinal)));
        await EveryPageTests.Examine(page);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Compare_AThirteenthRun_IsNamedAndNothingIsDrawn()
    {
        await using Served served = await Served.Start();
        string runs = string.Join(',', Enumerable.Range(0, Most + 1).Select(static i => $"rnn-{i}"));
        await using OpenedPage page = await chromium.Open(served, $"/compare?runs={runs}");
        await OpenedPage.See(page.Page.GetByText("at most 12 run ids"));
        page.AssertQuiet();
    }
}
