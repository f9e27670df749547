using Backflow.Runs.Columns;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>What is drawn of every layer over the steps: spectra of R, and gradient norms.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class LayerPanelsTests(ChromiumFixture chromium)
{
    [Fact]
    public async Task Live_TrainedRun_DrawsEveryLayerAsItWasRecorded()
    {
        await using Served served = await Served.Start();
        string id = TrainedRun.Train(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        await page.AtStep(20);
        string spectra = await page.SaveText("ρ and σ₁ of R over training", "CSV");
        string norms = await page.SaveText("Gradient norm of each layer", "CSV");
        RunReader reader = served.Store.OpenReader(id);
        for (int layer = 0; layer < 2; layer++)
        {
            Contains(reader.Scalars($"spectral-norm:{layer}"), $"\"σ₁, layer {layer}\"", spectra);
            Contains(reader.Scalars($"spectral-radius:{layer}"), $"\"ρ, layer {layer}\"", spectra);
            Contains(reader.Scalars($"layer-gradient-norm:{layer}"), $"layer {layer}", norms);
        }

        // A tanh network vanishes below 1/γ = 1, and the usual limit of clipping is 1.
        Assert.Contains("1/γ,0,1\r\n", spectra, StringComparison.Ordinal);
        Assert.Contains("clip limit,1,1\r\n", norms, StringComparison.Ordinal);
        page.AssertQuiet();
    }

    private static void Contains(ScalarSeries series, string label, string table)
    {
        Assert.True(series.Steps.Length >= 2, $"{series.Metric} has {series.Steps.Length} values.");
        string[] steps = [.. series.Steps.Select(step => $"\r\n{label},{step},")];
        Assert.All(steps, line => Assert.Contains(line, table, StringComparison.Ordinal));
    }
}
