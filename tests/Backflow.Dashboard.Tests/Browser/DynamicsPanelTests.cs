using System.Globalization;
using Backflow.Experiments.Dynamics;
using Backflow.Telemetry;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>The dynamics of a checkpoint, measured from the page.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class DynamicsPanelTests(ChromiumFixture chromium)
{
    private const string Product = "What is left of a gradient: ∂h_T/∂hₜ";

    [Fact]
    public async Task Measure_TrainedRun_ShowsTheNumbersOfTheCommand()
    {
        await using Served served = await Served.Start();
        string id = TrainedRun.Train(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}?layer=1");
        await page.AtStep(20);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Measure layer 1 near step 20" }).ClickAsync();
        LayerDynamics expected = NetworkDynamics.Measure(
            served.Store, id, layer: 1, cancellation: TestContext.Current.CancellationToken).Layers[0];
        await OpenedPage.See(page.Page.GetByText(expected.Sentence));
        await OpenedPage.See(Panel("Lyapunov exponents").GetByText(DynamicsText.Exponent(expected.Lyapunov!, 0)));
        string total = NumberText.Of(expected.Split!.Total);
        await OpenedPage.See(Panel("What multiplies the gradient").GetByText(total, new() { Exact = true }));
        await OpenedPage.See(Panel("Jacobian ∂hₜ/∂hₜ₋₁").Locator(".heatmap canvas[data-columns='6']"));
        await OpenedPage.Counts(Panel("Eigenvalues of the Jacobian").Locator("circle.value"), 6);

        string table = await page.SaveText(Product, "CSV");
        foreach (BoundedLag lag in expected.Product)
        {
            Assert.Contains(
                string.Create(CultureInfo.InvariantCulture, $"largest σ₁,{lag.Lag},"), table, StringComparison.Ordinal);
        }

        Assert.Contains("bound (γσ₁)^lag,0,1\r\n", table, StringComparison.Ordinal);
        page.AssertQuiet();

        ILocator Panel(string title) =>
            page.Page.GetByRole(AriaRole.Region, new() { Name = title, Exact = true });
    }

    [Fact]
    public async Task Measure_RunWithoutCheckpoint_CannotBePressed()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, $"/run/{RecordedRun.Write(served)}");
        await OpenedPage.See(page.Page.GetByText("There is no checkpoint yet: the first one can be measured."));
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Measure layer 0" }))
            .ToBeDisabledAsync();
        page.AssertQuiet();
    }

    [Fact]
    public async Task Measure_TimestepThatTheRunHasNot_IsSaidWithARemedy()
    {
        await using Served served = await Served.Start();
        string id = TrainedRun.Train(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}?t=99");
        await page.AtStep(20);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Measure layer 0" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("Timestep must be from 0 to 23"));
    }
}
