using System.Text.Json;
using Backflow.Training;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>Verdicts that training itself came to, looked at on the page.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class UnhealthyRunTests(ChromiumFixture chromium)
{
    private static readonly TrainingConfiguration Small = new()
    {
        Layers = 2,
        HiddenSize = 8,
        EmbeddingSize = 4,
        SequenceLength = 16,
        BatchSize = 4,
        SentenceCharacters = 20_000,
        Steps = 20,
    };

    [Fact]
    public async Task Click_GradientThatMustVanish_TurnsEveryPanelToItsLayer()
    {
        await using Served served = await Served.Start();
        string id = Train(served, Small with { Cells = ["rnn"], Initialisation = "spectral-radius", Gain = 0.1 });
        (string title, int newer, JsonElement verdict) = await Verdict(served, id, "spectral-regime", layer: 1);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        await page.AtStep(Small.Steps);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = title }).Nth(newer).ClickAsync();
        await page.AtStep(verdict.GetProperty("step").GetInt64());
        await page.Until("new URLSearchParams(location.search).get('layer') === '1'");
        Assert.Equal("1", await page.Page.GetByLabel("Layer").First.InputValueAsync());
        foreach (string panel in (string[])["Profile over timesteps", "Total gradient", "Eigenvalues"])
        {
            await OpenedPage.See(page.Page.Locator("section", new() { HasText = panel }).GetByText("layer 1"));
        }

        await OpenedPage.See(page.Page.GetByText(verdict.GetProperty("meaning").GetString()!));
        page.AssertQuiet();
    }

    private static string Train(Served served, TrainingConfiguration configuration)
    {
        using TrainingRun run = Backflow.Experiments.Recording.RecordedRun.Create(
            served.Store, configuration, "unhealthy", "test", new QuietObserver(mayWarn: true), TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);
        return run.RunId;
    }

    /// <summary>
    /// A verdict, and how many of its title stand above it: the newest event stands first, and which layer's spectrum
    /// is ready first differs.
    /// </summary>
    private static async Task<(string Title, int Newer, JsonElement Payload)> Verdict(
        Served served, string id, string name, int layer)
    {
        JsonElement answer = await served.Get($"/api/runs/{id}/events");
        (string Title, JsonElement Payload)[] newestFirst =
        [
            .. answer.GetProperty("events").EnumerateArray().Reverse()
                .Select(static found => (found.GetProperty("title").GetString()!, found.GetProperty("payload")))
                .Where(static found => found.Item2.ValueKind == JsonValueKind.Object
                    && found.Item2.TryGetProperty("verdict", out _)),
        ];
        (string title, JsonElement payload) = newestFirst.Single(found =>
            found.Payload.GetProperty("verdict").GetString() == name && LayerOf(found.Payload) == layer);
        JsonElement[] alike =
            [.. newestFirst.Where(found => found.Title == title).Select(static found => found.Payload)];
        return (title, Array.FindIndex(alike, found => LayerOf(found) == layer), payload);
    }

    private static int LayerOf(JsonElement verdict) => verdict.GetProperty("layer").GetInt32();
}
