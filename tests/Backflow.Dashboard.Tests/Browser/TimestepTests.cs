using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>A timestep has one number, from 0, wherever a reader or a program meets it.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class TimestepTests(ChromiumFixture chromium)
{
    private const string Heatmap = "Total gradient ‖∂L/∂hₜ‖₂ by timestep and step";
    private const string Profile = "Profile over timesteps: total gradient";
    private const string Events = "Verdicts and events";

    [Fact]
    public async Task Verdict_OfATimestep_HasOneNumberOnThePageInItsAddressAndInItsFiles()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        JsonElement answer = await served.Get($"/api/runs/{id}/events");
        JsonElement verdict = Assert.Single(answer.GetProperty("events").EnumerateArray()).GetProperty("payload");
        int timestep = verdict.GetProperty("timestep").GetInt32();
        Assert.Equal(RecordedRun.EventTimestep, timestep);
        Assert.Equal(RecordedRun.Norm(timestep), verdict.GetProperty("value").GetSingle());

        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Layer 0 vanishes" }).ClickAsync();
        await page.Until($"new URLSearchParams(location.search).get('t') === '{timestep}'");
        await page.AtStep(RecordedRun.EventStep);
        await page.Painted(RecordedRun.Steps);
        string readout = $"step {RecordedRun.EventStep}, timestep t = {timestep}: 0.001";
        await OpenedPage.See(page.Page.Locator(".readout", new() { HasText = readout }));
        ILocator profile = page.Page.Locator("[data-panel]", new() { HasText = Profile });
        await OpenedPage.See(profile.GetByText($"timestep t {timestep}"));

        string step = RecordedRun.EventStep.ToString(CultureInfo.InvariantCulture);
        string[] cell = Assert.Single(
            await Rows(page, Heatmap), fields => fields[0] == step && fields[1] == At(timestep));
        Assert.Equal(RecordedRun.Norm(timestep), Number(cell[2]));
        string[] point = Assert.Single(
            await Rows(page, Profile), fields => fields[0] == "Total gradient" && fields[1] == At(timestep));
        Assert.Equal(RecordedRun.Norm(timestep), Number(point[2]));
        string[][] events = await Rows(page, Events, withHeader: true);
        Assert.Equal(At(timestep), events[1][Array.IndexOf(events[0], "timestep")]);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Explorer_StatesBeforeAndAfterTheFirstTimestep_AreNamedAndNumberedFromZero()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/explorer?length=4");
        await OpenedPage.See(page.Page.GetByText("0.8⁴ = "));
        ILocator names = page.Page.Locator(".frame svg text.name");
        await OpenedPage.Counts(names, 5);
        Assert.Equal(["initial", "0", "1", "2", "3"], await names.AllTextContentsAsync());

        string[][] states = await Rows(page, "The network, unrolled");
        Assert.Equal(["initial", "0", "1", "2", "3"], states.Select(static fields => fields[0]));
        Assert.Equal(1, Number(states[^1][2]));
        string[][] curve = await Rows(page, "Gradient over timesteps: measured, formula, bound");
        Assert.Equal(
            ["initial", "0", "1", "2", "3"],
            curve.Where(static fields => fields[0] == "measured").Select(static fields => fields[1]));
        page.AssertQuiet();
    }

    /// <summary>The fields of a panel's CSV file; none of those asked for has a comma.</summary>
    private static async Task<string[][]> Rows(OpenedPage page, string panel, bool withHeader = false) =>
    [
        .. (await page.SaveText(panel, "CSV")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .SkipWhile(static line => line.StartsWith('#'))
            .Skip(withHeader ? 0 : 1)
            .Select(static line => line.Split(',')),
    ];

    private static string At(int timestep) => timestep.ToString(CultureInfo.InvariantCulture);

    private static float Number(string field) => float.Parse(field, CultureInfo.InvariantCulture);
}
