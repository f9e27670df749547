using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>What a panel explains: its words by tips, and how to read it by a button.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class GlossaryTipsTests(ChromiumFixture chromium)
{
    private const string Definition = "largest magnitude of an eigenvalue: the growth per timestep in the long run";

    [Fact]
    public async Task Term_FocusAndPointer_ShowItsTipUntilEscape()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, $"/run/{RecordedRun.Write(served)}");
        ILocator term = page.Page.Locator("dfn", new() { HasText = "ρ" }).First;
        ILocator tip = page.Page.Locator("[role=tooltip]:visible");
        await term.FocusAsync();
        await OpenedPage.See(tip.GetByText(Definition));
        string described = (await term.GetAttributeAsync("aria-describedby"))!;
        Assert.Equal(described, await tip.GetAttributeAsync("id"));
        await page.Page.Keyboard.PressAsync("Escape");
        await OpenedPage.Counts(tip, 0);
        await term.HoverAsync();
        await OpenedPage.See(tip.GetByText(Definition));
        await page.Page.Locator("h1").HoverAsync();
        await OpenedPage.Counts(tip, 0);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Panel_Each_SaysHowToReadItAtAButton()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, $"/run/{RecordedRun.Write(served)}");
        await OpenedPage.See(page.Page.GetByText("ρ and σ₁ of R over training"));
        ILocator panels = page.Page.Locator("[data-panel]");
        int count = await panels.CountAsync();
        Assert.True(count >= 10, $"only {count} panels");
        for (int i = 0; i < count; i++)
        {
            ILocator button = panels.Nth(i).Locator("button[aria-controls$='-help']");
            Assert.Equal("false", await button.GetAttributeAsync("aria-expanded"));
            await button.ClickAsync();
            string help = await panels.Nth(i).Locator("p.help").InnerTextAsync();
            Assert.Matches(@"^How to read it\. \S.{20,}$", help);
        }

        page.AssertQuiet();
    }
}
