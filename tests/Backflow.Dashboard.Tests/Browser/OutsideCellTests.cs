using System.Globalization;
using Backflow.Engine;
using Backflow.OutsideCells;
using Backflow.Training;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>A cell that Backflow does not know: registered with one call, explored, trained and drawn.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class OutsideCellTests(ChromiumFixture chromium)
{
    private const int Timesteps = 8;
    private const int Steps = 6;
    private const string Heatmap = "Mean of the candidate gate by timestep and step";

    private static readonly string[] Gates = ["forget", "candidate"];

    static OutsideCellTests() => Cells.Register(MinimalGatedUnit.Description);

    [Fact]
    public async Task Explorer_CellOfOnesOwn_IsListedByItsTitleAndDrawnWithItsGates()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/explorer");
        await page.Page.GetByLabel("Cell").SelectOptionAsync(new SelectOptionValue { Label = "MGU" });
        await page.Until("location.search === '?cell=mgu'");
        ILocator panel = Panel(page, "Gates");
        await SeeGates(panel);
        await OpenedPage.See(panel.Locator("canvas"));
        await OpenedPage.Counts(page.Page.Locator(".frame svg rect.box:not(.empty)"), 1 + Timesteps);
        ILocator bias = page.Page.GetByRole(AriaRole.Slider, new() { Name = "Forget bias" });
        await Assertions.Expect(bias).ToBeEnabledAsync();

        // f takes the new state, so that the usual forget bias of 1 is a bias of −1: σ(−1) = 0.27.
        (string Gate, double Mean)[] means = await Means(page);
        Assert.Equal(Gates.Length * Timesteps, means.Length);
        Assert.All(
            means.Where(static mean => mean.Gate == "forget"), static mean => Assert.InRange(mean.Mean, 0.2, 0.35));
        Assert.Contains(means, static mean => mean is { Gate: "candidate", Mean: not 0 });
        page.AssertQuiet();
    }

    [Fact]
    public async Task LivePage_RunOfACellOfOnesOwn_ShowsItsTitleAndItsGates()
    {
        await using Served served = await Served.Start();
        string id = Train(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}?show=gate-mean&gate=candidate");
        await OpenedPage.See(page.Page.Locator(".chip", new() { HasText = "MGU" }));
        await page.Painted(Steps);

        // Beside what is shown, the heatmap lets its reader choose the gate.
        ILocator choices = Panel(page, Heatmap).Locator("select");
        await OpenedPage.Counts(choices, 2);
        Assert.Equal(Gates, await choices.Last.Locator("option").AllTextContentsAsync());
        Assert.Equal(Steps * Timesteps, Rows(await page.SaveText(Heatmap, "CSV")).Length);
        await SeeGates(page.Page.Locator("[data-panel]", new() { HasText = "Gates: " }));
        page.AssertQuiet();
    }

    private static async Task SeeGates(ILocator panel)
    {
        foreach (string gate in Gates)
        {
            await OpenedPage.See(panel.Locator(".entry", new() { HasText = gate }));
        }
    }

    private static ILocator Panel(OpenedPage page, string title)
    {
        ILocator heading = page.Page.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true });
        return page.Page.Locator("[data-panel]", new() { Has = heading });
    }

    private static async Task<(string Gate, double Mean)[]> Means(OpenedPage page) =>
    [
        .. Rows(await page.SaveText("Gates", "CSV")).Select(static line => line.Split(','))
            .Select(static fields => (fields[0], double.Parse(fields[2], CultureInfo.InvariantCulture))),
    ];

    private static string[] Rows(string csv) =>
    [
        .. csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .SkipWhile(static line => line.StartsWith('#'))
            .Skip(1),
    ];

    private static string Train(Served served)
    {
        TrainingConfiguration configuration = new()
        {
            Cells = ["mgu"],
            HiddenSize = 8,
            EmbeddingSize = 4,
            SequenceLength = Timesteps,
            BatchSize = 4,
            SentenceCharacters = 3_000,
            Steps = Steps,
            TelemetryInterval = "1",
        };
        using TrainingRun run = Backflow.Experiments.Recording.RecordedRun.Create(
            served.Store, configuration, "own cell", "test", new QuietObserver(mayWarn: true), TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);
        return run.RunId;
    }
}
