using System.Text.Json;
using Backflow.Experiments.Training;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>Verdicts that training itself came to, looked at on the page.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class SickRunTests(ChromiumFixture chromium)
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
        (string title, JsonElement verdict) = await Verdict(served, id, "spectral-regime", layer: 1);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        await page.AtStep(Small.Steps);
        // The newest event stands first, and both layers are judged at step 0.
        await Click(page, title);
        await page.AtStep(verdict.GetProperty("step").GetInt64());
        await page.Page.WaitForURLAsync($"**/run/{id}?*layer=1*");
        Assert.Equal("1", await page.Page.GetByLabel("Layer").First.InputValueAsync());
        foreach (string panel in (string[])["Profile over timesteps", "Total gradient", "Eigenvalues"])
        {
            await OpenedPage.See(page.Page.Locator("section", new() { HasText = panel }).GetByText("layer 1"));
        }

        await OpenedPage.See(page.Page.GetByText(verdict.GetProperty("meaning").GetString()!));
        page.AssertQuiet();
    }

    private static Task Click(OpenedPage page, string title) =>
        page.Page.GetByRole(AriaRole.Button, new() { Name = title }).First.ClickAsync();

    private static string Train(Served served, TrainingConfiguration configuration)
    {
        using TrainingRun run = TrainingRun.Create(
            served.Store, configuration, "sick", "test", new QuietObserver(mayWarn: true), TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);
        return run.RunId;
    }

    private static async Task<(string Title, JsonElement Payload)> Verdict(Served served, string id, string name, int? layer = null)
    {
        JsonElement answer = await served.Get($"/api/runs/{id}/events");
        return answer.GetProperty("events").EnumerateArray()
            .Select(static happened => (Title: happened.GetProperty("title").GetString()!, Payload: happened.GetProperty("payload")))
            .Single(found => found.Payload.GetProperty("verdict").GetString() == name
                && (layer is null || found.Payload.GetProperty("layer").GetInt32() == layer));
    }
}
