using Backflow.Training;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

[Collection(ChromiumFixture.Name)]
public sealed class EveryPageTests(ChromiumFixture chromium)
{
    private const int PhoneWidth = 390;

    [Theory]
    [InlineData("/", "How far back can a recurrent network learn?")]
    [InlineData("/runs", "Runs")]
    [InlineData("/run/{a}", "Uses its input 3 timesteps back.")]
    [InlineData("/compare?runs={a},{b}", "known uses its input 3 timesteps back, known b 3.")]
    [InlineData("/explorer", "How far back does a gradient reach?")]
    [InlineData("/dependency", "Which noun does the verb agree with?")]
    public async Task Open_EveryPage_IsReadableInLightAndDarkAndOnAPhone(string path, string heading)
    {
        // What the dependency page trains is looked at elsewhere: here it would only take the processor.
        await using Served served = await Served.Start(dependencySteps: 30);
        string b = RecordedRun.Write(served, "known b");
        string a = RecordedRun.Write(served);
        path = path.Replace("{a}", a, StringComparison.Ordinal).Replace("{b}", b, StringComparison.Ordinal);
        await using OpenedPage page = await chromium.Open(served, path);
        await page.Heading(heading);
        await Examine(page);
    }

    [Fact]
    public async Task Itemised_TrainedRun_IsReadableAndFollowsTheSlider()
    {
        await using Served served = await Served.Start();
        string id = TrainText(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}/itemised?at=3");
        await OpenedPage.See(page.Page.Locator("span.character.chosen"));
        ILocator characters = page.Page.Locator("span.character");
        Assert.Equal(16, await characters.CountAsync());
        Assert.Equal(5, await page.Page.Locator("meter").CountAsync());
        await characters.Nth(7).HoverAsync();
        await OpenedPage.See(page.Page.GetByText("At timestep 7, "));
        LocatorBoundingBoxResult pointed = (await characters.Nth(7).BoundingBoxAsync())!;
        await characters.Nth(0).HoverAsync();
        await OpenedPage.See(page.Page.GetByText("it reaches 0 characters back"));
        Assert.Equal(pointed.Y, (await characters.Nth(7).BoundingBoxAsync())!.Y);
        await page.Page.Mouse.MoveAsync(0, 0);
        // The slider moves on from what it shows, which is the pointed character until the pointer has left it.
        await Chosen(page, 3);
        ILocator slider = page.Page.GetByRole(AriaRole.Slider, new() { Name = "Character whose loss is followed" });
        await slider.PressAsync("ArrowRight");
        await page.Until("new URLSearchParams(location.search).get('at') === '4'");
        await Chosen(page, 4);
        await Examine(page);
    }

    private static Task Chosen(OpenedPage page, int timestep) => page.Until(
        $"document.querySelectorAll('span.character')[{timestep}].classList.contains('chosen')");

    /// <summary>Holds a page against the rules of accessibility in light, in dark and on a phone.</summary>
    internal static async Task Examine(OpenedPage page)
    {
        string light = await Background(page);
        await AssertAccessible(page, "light");
        await page.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.NotEqual(light, await Background(page));
        // Of all rules, only this one sees colours.
        await AssertAccessible(page, "dark", onlyRule: "color-contrast");
        await page.Page.SetViewportSizeAsync(PhoneWidth, 844);
        await page.Until($"document.documentElement.clientWidth === {PhoneWidth}");
        // Pictures are drawn again for the width that they then have.
        await page.Until($"document.documentElement.scrollWidth <= {PhoneWidth}");
        page.AssertQuiet();
    }

    private static Task<string> Background(OpenedPage page) =>
        page.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");

    internal static async Task AssertAccessible(OpenedPage page, string scheme, string? onlyRule = null)
    {
        AxeRunOptions options = new();
        if (onlyRule is not null)
        {
            options.RunOnly = new RunOnlyOptions { Type = "rule", Values = [onlyRule] };
        }

        AxeResult result = await page.Page.RunAxe(options);
        Assert.NotEmpty(result.Passes);
        string[] findings = [.. result.Violations
            .Where(static violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{scheme}: {violation.Id}: {Places(violation)}")];
        Assert.Empty(findings);
    }

    private static string Places(AxeResultItem violation) =>
        string.Join(" | ", violation.Nodes.Select(static node => node.Html));

    private static string TrainText(Served served)
    {
        TrainingConfiguration configuration = new()
        {
            Cells = ["rnn"],
            SentenceCharacters = 20_000,
            HiddenSize = 8,
            EmbeddingSize = 4,
            SequenceLength = 16,
            BatchSize = 4,
            Steps = 20,
        };
        using TrainingRun run = Backflow.Experiments.Recording.RecordedRun.Create(
            served.Store, configuration, "itemised", "test", new QuietObserver(), TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);
        return run.RunId;
    }
}
