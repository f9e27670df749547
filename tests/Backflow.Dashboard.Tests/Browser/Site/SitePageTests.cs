using System.Globalization;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser.Site;

/// <summary>The exported site, served by a web server that knows nothing of Backflow.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class SitePageTests(ChromiumFixture chromium, SiteFixture site)
{
    private const string Sentence = ".computed";

    // Those of the first figure, which the sentence speaks of.
    private const string Sliders = ".figure > .sliders:first-child input[type=range]";

    // One column for each measured step; an empty heatmap has none.
    private const string Heatmaps = ".heatmap canvas[data-columns]:not([data-columns='0'])";

    // Where the sliders of a lesson are set: not at their ends, and not where they begin.
    private const double PlaceOfSlider = 0.37;

    private static readonly string[] Lessons = ["step", "regimes", "activations", "gates"];

    [Fact]
    public async Task Lessons_EverySliderMoved_SayWhatTheNativeEngineSays()
    {
        using StaticHost host = await StaticHost.Start(site.Folder);
        foreach (string lesson in Lessons)
        {
            List<string> said = await SaidBy(host.Address, Path($"learn/{lesson}/"));
            Assert.Equal(await SaidBy(site.Native, $"/learn/{lesson}"), said);

            // Each slider changes something, so that no sentence is that of before.
            Assert.True(said.Count > 2, $"{lesson} has {said.Count - 1} sliders.");
            Assert.Equal(said.Count, said.Distinct().Count());
        }
    }

    /// <summary>Lessons that train, too: in a browser there is one thread.</summary>
    [Fact]
    public async Task Lessons_AllOfThem_AreAnsweredInThePage()
    {
        using StaticHost host = await StaticHost.Start(site.Folder);
        string[] topics =
        [
            "why", "step", "backpropagation", "regimes", "activations", "dependencies", "detecting", "before", "gates",
            "attention",
        ];
        foreach (string topic in topics)
        {
            await using OpenedPage page = await chromium.Open(host.Address, Path($"learn/{topic}/"));
            Assert.DoesNotContain("computes …", await Settled(page), StringComparison.Ordinal);
            if (topic == "detecting")
            {
                await page.Page.GetByRole(AriaRole.Button, new() { Name = "Train it: Early timesteps" }).ClickAsync();
                await OpenedPage.See(page.Page.Locator(".verdict").GetByText("What to try: "));
            }

            Assert.Empty(await page.Page.Locator("[role=alert]").AllInnerTextsAsync());
            page.AssertQuiet();
        }
    }

    [Fact]
    public async Task Pages_OtherThanLessons_OpenByTheirLinksAndAddresses()
    {
        using StaticHost host = await StaticHost.Start(site.Folder);
        await using OpenedPage page = await chromium.Open(host.Address, StaticHost.Base);
        foreach (string title in (string[])["Summary", "Timeline", "Quiz", "Train in the page"])
        {
            await page.Page.Locator("a.card", new() { HasText = title }).First.ClickAsync();
            await page.Heading(title);
            await page.Page.ReloadAsync();
            await page.Heading(title);
            await EveryPageTests.AssertAccessible(page, title);
            await page.Page.GoBackAsync();
            await page.Heading("Learn");
        }

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Explorer", Exact = true }).ClickAsync();
        await OpenedPage.See(page.Page.Locator(".verdict.healthy"));
        await EveryPageTests.Examine(page);
    }

    [Fact]
    public async Task Compare_Recorded_ShowsBothRuns()
    {
        using StaticHost host = await StaticHost.Start(site.Folder);
        await using OpenedPage page = await chromium.Open(host.Address, Path("compare/"));
        await OpenedPage.Counts(page.Page.Locator(Heatmaps), 2);
        Assert.Empty(await page.Page.Locator("[role=alert]").AllInnerTextsAsync());
        Assert.EndsWith("?runs=rnn-0001,lstm-0001", page.Page.Url, StringComparison.Ordinal);
        await EveryPageTests.Examine(page);
    }

    [Fact]
    public async Task Site_HostGone_WorksFromWhatTheBrowserKept()
    {
        using StaticHost host = await StaticHost.Start(site.Folder);
        await using OpenedPage page = await chromium.Open(host.Address, StaticHost.Base);
        await page.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => null)");
        host.Stop();
        await page.Page.ReloadAsync();
        await page.Heading("Learn");
        await page.Page.GotoAsync(Path("learn/gates/"));
        string before = await Settled(page);
        await Slide(page, 0);
        Assert.NotEqual(before, await Settled(page));
        await page.Page.GotoAsync(Path("compare/"));
        await OpenedPage.Counts(page.Page.Locator(Heatmaps), 2);
        await page.Page.GotoAsync(Path("nothing/here"));
        await page.Heading("There is no such page.");
        await OpenedPage.See(page.Page.Locator($"a[href='{StaticHost.Base}']"));
    }

    [Fact]
    public async Task Pages_WithoutScripts_AreTheirText()
    {
        using StaticHost host = await StaticHost.Start(site.Folder);
        foreach (string topic in (string[])[.. Lessons, "summary", "timeline", "quiz"])
        {
            await using OpenedPage page =
                await chromium.Open(host.Address, Path($"learn/{topic}/"), runsScripts: false);
            string text = await page.Page.Locator("main").InnerTextAsync();
            Assert.True(text.Length > 1_000, $"{topic}: {text}");
            Assert.DoesNotContain("computes …", text, StringComparison.Ordinal);
        }

        await using OpenedPage home = await chromium.Open(host.Address, StaticHost.Base, runsScripts: false);
        await home.Page.Locator("a.card", new() { HasText = "Read a forget gate" }).ClickAsync();
        await home.Heading("Gates");
        await OpenedPage.See(home.Page.GetByText("goes round as on a carousel"));
    }

    [Fact]
    public async Task Address_WithoutAPage_LeadsBackToTheLessons()
    {
        using StaticHost host = await StaticHost.Start(site.Folder);
        await using OpenedPage page = await chromium.Open(host.Address, Path("learn/nothing/deeper"));
        await page.Heading("There is no such page.");
        await page.Page.Locator($"a[href='{StaticHost.Base}']").ClickAsync();
        await page.Heading("Learn");
    }

    /// <summary>What a lesson says at first, and after each slider was moved.</summary>
    private async Task<List<string>> SaidBy(Uri address, string path)
    {
        await using OpenedPage page = await chromium.Open(address, path);
        List<string> said = [await Settled(page)];
        int sliders = await page.Page.Locator(Sliders).CountAsync();
        for (int i = 0; i < sliders; i++)
        {
            await Slide(page, i);
            said.Add(await Settled(page));
        }

        await EveryPageTests.AssertAccessible(page, path);
        page.AssertQuiet();
        return said;
    }

    private static string Path(string page) => StaticHost.Base + page;

    private static async Task<string> Settled(OpenedPage page)
    {
        ILocator sentence = page.Page.Locator($"{Sentence}[aria-busy=false]");
        await OpenedPage.See(sentence);
        return await sentence.InnerTextAsync();
    }

    private static async Task Slide(OpenedPage page, int index)
    {
        ILocator slider = page.Page.Locator(Sliders).Nth(index);
        double least = await Number("min");
        double greatest = await Number("max");
        double step = await Number("step");
        double value = least + (Math.Round((greatest - least) * PlaceOfSlider / step) * step);
        await slider.FillAsync(value.ToString("0.###", CultureInfo.InvariantCulture));

        async Task<double> Number(string name) =>
            double.Parse((await slider.GetAttributeAsync(name))!, CultureInfo.InvariantCulture);
    }
}
