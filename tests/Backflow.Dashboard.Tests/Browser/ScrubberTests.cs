using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

[Collection(ChromiumFixture.Name)]
public sealed class ScrubberTests(ChromiumFixture chromium)
{
    [Fact]
    public async Task Keys_MoveEveryPanelAndTheAddress()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        await page.AtStep(RecordedRun.Steps);
        await Fact(page, "Training loss", "0.1");

        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await page.AtStep(39);
        await page.Page.Keyboard.PressAsync("Home");
        await page.AtStep(1);
        await Fact(page, "Training loss", "4");
        await page.Until("location.search === '?step=1'");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.AtStep(2);
        await page.Page.Keyboard.PressAsync("End");
        await page.AtStep(RecordedRun.Steps);
        await page.Until("location.search === ''");
        page.AssertQuiet();
    }

    [Fact]
    public async Task EventClicked_ShowsItsStepAndTimestepAndStaysOnReload()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Layer 0 vanishes" }).ClickAsync();
        await page.AtStep(RecordedRun.EventStep);
        await OpenedPage.See(page.Page.GetByText("What happened at timestep 1 is forgotten."));
        await OpenedPage.See(page.Page.GetByText("backflow train --cell lstm"));
        await page.Until("location.search === '?step=12&t=1'");

        await page.Page.ReloadAsync();
        await page.AtStep(RecordedRun.EventStep);
        await OpenedPage.See(page.Page.Locator(".readout", new() { HasText = "step 12, timestep t = 1: 0.001" }));
        await Fact(page, "Training loss", "0.333");
        page.AssertQuiet();
    }

    [Fact]
    public async Task Address_WrongValues_AreNamedAndIgnored()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        await using OpenedPage page =
            await chromium.Open(served, $"/run/{id}?step=-3&lock=1..0&smooth=2&show=<b>&nothing=1&loss=log");
        await page.AtStep(RecordedRun.Steps);
        ILocator notice = page.Page.Locator(".notice");
        string[] problems =
        [
            "The address says step=-3, but step is a whole number from 0 to 1000000000000.",
            "The address says lock=1..0, but lock is two exponents of ten",
            "The address says smooth=2, but smooth is a number from 0 to 0.99.",
            "The address says show=<b>, but show is letters, digits, hyphens and colons",
            "The address has an unknown setting, nothing.",
        ];
        foreach (string problem in problems)
        {
            await OpenedPage.See(notice.GetByText(problem));
        }

        await page.Until("location.search === '?loss=log'");
        page.AssertQuiet();
    }

    [Fact]
    public async Task NonFiniteStep_IsSaidInTheHeading()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}?step={RecordedRun.NonFiniteStep}");
        await page.Heading("is not a finite number at step 20");
    }

    [Fact]
    public async Task QuestionMark_ShowsTheKeysAndGoesAgain()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/runs");
        ILocator dialog = page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard" });
        await page.Page.Keyboard.PressAsync("?");
        await OpenedPage.See(dialog.GetByText("one recorded step back, forward"));
        await page.Page.Keyboard.PressAsync("Escape");
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await page.Page.Keyboard.PressAsync("g");
        await page.Page.Keyboard.PressAsync("e");
        await page.Heading("How far back does a gradient reach?");
        page.AssertQuiet();
    }

    private static Task Fact(OpenedPage page, string label, string value) =>
        Assertions.Expect(page.Page.Locator("dl.facts > div", new() { HasText = label }).Locator("dd").First)
            .ToHaveTextAsync(value, new() { Timeout = OpenedPage.Patience });
}
