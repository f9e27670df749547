using System.Text.Json;
using Backflow.Telemetry;
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
        await OpenedPage.See(page.Page.GetByText("0.8⁸ = 0.168"));
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
        await OpenedPage.See(page.Page.GetByText("1.5⁶⁰ = 3.68·10¹⁰"));
        await OpenedPage.See(page.Page.Locator(".verdict.healthy"));
        await Slide(page, "Weight scale", 2);
        await OpenedPage.See(page.Page.Locator(".verdict.exploding", new() { HasText = "threshold" }));
        await page.Until("location.search === '?cell=rnn-relu&length=60&scale=2'");

        await page.Page.ReloadAsync();
        await OpenedPage.See(page.Page.Locator(".verdict.exploding"));
        await OpenedPage.See(page.Page.GetByText("2⁶⁰ = 1.15·10¹⁸"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Back to the start" }).ClickAsync();
        await OpenedPage.See(page.Page.Locator(".verdict.healthy"));
        await page.Until("location.search === ''");
        page.AssertQuiet();
    }

    [Fact]
    public async Task Explorer_Default_HasFactorsAtItsArrowsAndTheLoss()
    {
        await using Served served = await Served.Start();
        using HttpResponseMessage response = await served.Change(HttpMethod.Post, "/api/explorer", "{}");
        JsonElement answer = await Served.Json(response, System.Net.HttpStatusCode.OK);
        await using OpenedPage page = await chromium.Open(served, "/explorer");
        ILocator factors = page.Page.Locator(".frame text.factor");
        await OpenedPage.Counts(factors, 9);
        string[] shown = [.. await factors.AllTextContentsAsync()];
        double[] measured = [.. answer.GetProperty("factors").EnumerateArray().Select(static one => one.GetDouble())];
        Assert.Equal([.. measured.Select(static one => $"×{NumberText.Of(one)}"), "1"], shown);
        await OpenedPage.See(page.Page.Locator(".frame text.sign", new() { HasText = "L" }));
        await OpenedPage.See(page.Page.GetByText("σ₁ 0.8 × mean slope 0.888 = 0.71 per timestep; measured 0.713."));
        await OpenedPage.See(page.Page.GetByText($"{NumberText.Of(measured.Max())} of 0.8 possible"));

        // One curve of what is one: the formula of a tanh network is its bound.
        await OpenedPage.See(page.Page.GetByText("formula and bound (γσ₁)^lag"));
        page.AssertQuiet();
    }

    [Theory]
    [InlineData("Vanish", "?length=30&scale=0.5", "vanishing", "tanh saturates")]
    [InlineData("Explode", "?cell=rnn-relu&length=40&scale=2", "exploding", "of the units are on")]
    [InlineData("Saturate", "?length=100&scale=1.2", "vanishing", "tanh saturates")]
    [InlineData("LSTM, bias 0", "?cell=lstm&length=50&forgetBias=0", "vanishing", "The forget gate stands at 0.5")]
    [InlineData("LSTM, bias 3", "?cell=lstm&length=50&forgetBias=3", "healthy", "The forget gate stands at 0.9")]
    [InlineData("LSTM, chrono", "?cell=lstm&length=200&chrono=200", "vanishing", "The forget gate stands at 0.9")]
    public async Task Explorer_Preset_SetsTheNetworkAndSaysWhy(string name, string address, string verdict, string why)
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/explorer");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();
        await page.Until($"location.search === '{address}'");
        await OpenedPage.See(page.Page.Locator($".verdict.{verdict} .reason", new() { HasText = why }));
        page.AssertQuiet();
    }

    [Theory]
    [InlineData(390, 200)]
    [InlineData(390, 8)]
    [InlineData(1280, 200)]
    public async Task Explorer_AnyLengthAndWidth_ShowsEveryTimestep(int width, int length)
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, $"/explorer?length={length}&scale=1.4", width);
        await OpenedPage.Counts(page.Page.Locator(".frame rect.bar"), length + 1);
        await page.Until(
            """
            (() => {
              const frame = document.querySelector('.frame').getBoundingClientRect();
              const shown = [...document.querySelectorAll('.frame rect.bar, .frame rect.box, .frame circle')];
              return shown.every((one) => {
                const box = one.getBoundingClientRect();
                return box.width > 0.5 && box.left >= frame.left - 0.5 && box.right <= frame.right + 0.5;
              });
            })()
            """);
        await page.Until($"document.documentElement.scrollWidth <= {width}");
        page.AssertQuiet();
    }

    [Fact]
    public async Task Dependency_WhileItTrains_ShowsTheSentenceAndTheProgress()
    {
        // More steps than any machine takes before the page is read; the end of the test stops them.
        await using Served served = await Served.Start(dependencySteps: 1_000_000);
        await using OpenedPage page = await chromium.Open(served, "/dependency?attractors=3");
        await OpenedPage.See(page.Page.GetByText("Training the networks"));
        ILocator distance = page.Page.Locator(".distance");
        string three = (await distance.InnerTextAsync()).Replace("'", "\\'", StringComparison.Ordinal);
        await page.Page.GetByRole(AriaRole.Slider).FillAsync("0");
        await page.Until("location.search === '?attractors=0'");
        await page.Until($"document.querySelector('.distance').innerText !== '{three}'");
        page.AssertQuiet();
    }

    [Fact]
    public async Task Explorer_SixtyOneTimesteps_ShowsTheFirstAndTheLastTickWhole()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/explorer?length=61");
        await OpenedPage.See(page.Page.GetByText("0.8⁶¹ = "));
        await page.Until(
            """
            (() => {
              const frame = document.querySelector('.frame svg')?.getBoundingClientRect();
              const ticks = [...document.querySelectorAll('.frame .column text.axis')];
              const [first, last] = [ticks[0]?.textContent, ticks.at(-1)?.textContent];
              return first === 'initial' && last === '60' && ticks.every((tick) => {
                const box = tick.getBoundingClientRect();
                return box.left >= frame.left && box.right <= frame.right;
              });
            })()
            """);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Dependency_TrainedNetworks_ShowsWhatEachReaches()
    {
        // Few steps: the page is what is tested, and not how well the networks learn.
        await using Served served = await Served.Start(dependencySteps: 30);
        await using OpenedPage page = await chromium.Open(served, "/dependency?attractors=2");
        await OpenedPage.See(page.Page.GetByText("Accuracy by number of attractors"));
        await page.Page.GetByText("Training the networks").WaitForAsync(
            new() { State = WaitForSelectorState.Detached });
        await page.Until("document.querySelectorAll('svg text.verdict').length === 3");
        await page.Until(
            """
            [...document.querySelectorAll('svg rect.bar')]
              .filter((bar) => Number(bar.getAttribute('height')) > 0).length >= 3
            """);

        string[] reached = Table(await page.SaveText("Gradient from the verb back to each word", "CSV"));
        Assert.Equal("cell,position,word,norm", reached[0]);
        foreach (string cell in (string[])["rnn-tanh", "lstm", "gru"])
        {
            double[] norms =
                [.. reached.Where(line => line.StartsWith($"{cell},", StringComparison.Ordinal)).Select(Last)];
            Assert.True(norms.Length > 5 && norms[^2] > 0, $"{cell}: {string.Join(' ', norms)}");
            Assert.Equal(0, norms[^1]);
        }

        string[] accuracy = Table(await page.SaveText("Accuracy by number of attractors", "CSV"));
        Assert.Equal(3 * 6, accuracy.Length - 1);
        Assert.All(accuracy.Skip(1), static line => Assert.InRange(Last(line), 0, 1));
        page.AssertQuiet();
    }

    private static string[] Table(string csv) =>
        [.. csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).SkipWhile(static line => line.StartsWith('#'))];

    private static double Last(string line) =>
        double.Parse(line[(line.LastIndexOf(',') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    private static Task Slide(OpenedPage page, string label, double value) =>
        page.Page.GetByRole(AriaRole.Slider, new() { Name = label })
            .FillAsync(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
