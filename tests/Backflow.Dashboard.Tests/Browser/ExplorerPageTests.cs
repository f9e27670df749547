using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

[Collection(ChromiumFixture.Name)]
public sealed class ExplorerPageTests(ChromiumFixture chromium)
{
    [Fact]
    public async Task Explorer_Default_ShowsTheProductOfEightTimesteps()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/explorer");
        await OpenedPage.See(page.Page.GetByText("0.8^8 = 1.68e-1"));
        await OpenedPage.See(page.Page.Locator(".verdict.healthy"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Explorer_LargeReluNetwork_SaysExplodingAndKeepsItInTheAddress()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/explorer");
        await page.Page.GetByLabel("Cell").SelectOptionAsync("rnn-relu");
        await Slide(page, "Timesteps T", 60);
        // A ReLU is off for about half of the units, so the measured factor is about scale ÷ √2: 1.5 is still healthy.
        await Slide(page, "Weight scale", 1.5);
        await OpenedPage.See(page.Page.GetByText("1.5^60 = 3.68e10"));
        await OpenedPage.See(page.Page.Locator(".verdict.healthy"));
        await Slide(page, "Weight scale", 2);
        await OpenedPage.See(page.Page.Locator(".verdict.exploding", new() { HasText = "threshold" }));
        await page.Until("location.search === '?cell=rnn-relu&length=60&scale=2'");

        await page.Page.ReloadAsync();
        await OpenedPage.See(page.Page.Locator(".verdict.exploding"));
        await OpenedPage.See(page.Page.GetByText("2^60 = 1.15e18"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Back to the start" }).ClickAsync();
        await OpenedPage.See(page.Page.Locator(".verdict.healthy"));
        await page.Until("location.search === ''");
        page.AssertQuiet();
    }

    [Fact]
    public async Task Dependency_WhileItTrains_ShowsTheSentenceAndTheProgress()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/dependency?attractors=3");
        await OpenedPage.See(page.Page.GetByText("Training the networks"));
        ILocator distance = page.Page.Locator(".distance");
        string three = await distance.InnerTextAsync();
        await page.Page.GetByRole(AriaRole.Slider).FillAsync("0");
        await page.Until("location.search === '?attractors=0'");
        await page.Until($"document.querySelector('.distance').innerText !== '{three.Replace("'", "\\'", StringComparison.Ordinal)}'");
        page.AssertQuiet();
    }

    private static Task Slide(OpenedPage page, string label, double value) =>
        page.Page.GetByRole(AriaRole.Slider, new() { Name = label })
            .FillAsync(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
