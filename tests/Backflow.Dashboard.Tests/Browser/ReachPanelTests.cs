using System.Xml.Linq;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>How far back: the picture and the sentences of both numbers, of one run and of several.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class ReachPanelTests(ChromiumFixture chromium)
{
    private const string Panel = "How far back";
    private const string Curves = "Effective context, curve";
    private const int BarTop = 732;

    [Fact]
    public async Task Live_RecordedRun_OpensWithBothNumbersAndTheirPicture()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, $"/run/{RecordedReach.Write(served)}");
        await page.AtStep(RecordedReach.Steps);
        await page.Heading("Uses its input 42 timesteps back; an answer needs 26 to 48. "
            + "Its gradient reaches at least 49 timesteps back.");
        ILocator panel = page.Page.Locator("[data-panel]", new() { HasText = Panel }).First;
        await OpenedPage.See(panel.Locator(".chart canvas"));
        Assert.Equal(
            "How far back, in timesteps, at step 40: effective context 42, gradient reach ≥ 49; an answer needs 26 to "
            + "48.",
            await panel.GetByRole(AriaRole.Img).First.GetAttributeAsync("aria-label"));
        await OpenedPage.See(panel.Locator(".entry", new() { HasText = "effective context 42" }));
        await OpenedPage.See(panel.Locator(".entry", new() { HasText = "gradient reach ≥ 49" }));
        await OpenedPage.See(panel.Locator(".entry", new() { HasText = "an answer needs 26 to 48" }));

        // The heatmap lies below, and the curve of the last step beside it.
        await OpenedPage.See(page.Page.Locator(".heatmap canvas"));
        LocatorBoundingBoxResult heatmap = (await page.Page.Locator(".heatmap").First.BoundingBoxAsync())!;
        LocatorBoundingBoxResult picture = (await panel.BoundingBoxAsync())!;
        Assert.True(picture.Y + picture.Height < heatmap.Y, $"{picture.Y} + {picture.Height}, heatmap {heatmap.Y}");
        ILocator curve = page.Page.Locator("[data-panel]", new() { HasText = Curves });
        await OpenedPage.See(curve.GetByText("the largest lag that matters"));
        await OpenedPage.Counts(curve.Locator(".chart canvas"), 2);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Live_StepWhereTheGradientGrows_SaysHowFast()
    {
        await using Served served = await Served.Start();
        string id = RecordedReach.Write(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}?step={RecordedReach.GrowthStep}");
        await page.Heading("At step 10: uses nothing but the newest input; an answer needs 26 to 48 timesteps. "
            + "Its gradient grows ×1.6 per timestep on its way back: it explodes.");
        await OpenedPage.See(page.Page.Locator("dl.facts", new() { HasText = "grows ×1.6 per timestep" }));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Files_RecordedRun_HaveEveryMeasurementAndMark()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, $"/run/{RecordedReach.Write(served)}");
        await page.AtStep(RecordedReach.Steps);
        string[] table =
        [
            .. (await page.SaveText(Panel, "CSV")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
                .SkipWhile(static line => line.StartsWith('#')).Skip(1),
        ];
        Assert.Equal(
            [
                "lstm,0,0,49,4,3,5,49,1,26,37,48",
                "lstm,10,0,49,,,,49,1.6,26,37,48",
                "lstm,20,20,49,30,29,31,49,1,26,37,48",
                "lstm,30,41,49,49,48,49,49,1,26,37,48",
                "lstm,40,42,49,49,48,49,49,1,26,37,48",
            ],
            table);

        XElement svg = XDocument.Parse(await page.SaveText(Panel, "SVG")).Root!;
        string[] texts = [.. svg.Descendants().Where(static one => one.Name.LocalName == "text").Select(Text)];
        Assert.Equal(2, texts.Count(static text => text == "≥"));
        Assert.All(
            [Panel, "lstm, step 40", "▲", "grows ×1.6 per timestep", "effective context", "an answer needs"],
            word => Assert.Contains(texts, text => text.Contains(word, StringComparison.Ordinal)));
        string curves = await page.SaveText(Curves, "CSV");
        Assert.Contains("rise of the loss,42,0.03\r\n", curves, StringComparison.Ordinal);
        Assert.Contains("gradient,3,0.4\r\n", curves, StringComparison.Ordinal);
        page.AssertQuiet();

        static string Text(XElement element) => element.Value;
    }

    [Fact]
    public async Task Live_RunWithoutEither_SaysSo()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun("rnn", """{"steps":40,"hiddenSize":2}""", "live");
        using (Backflow.Runs.Recording.RunRecorder recorder = served.Store.OpenRecorder(id))
        {
            recorder.Row("total-gradient-norm", 0, 1, [1, 2]);
            recorder.Scalar("training-loss", 1, 2);
        }

        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        await page.Heading("How far back it uses its input had not been measured by step 1.");
        await OpenedPage.See(
            page.Page.GetByText("Neither effective context nor gradient reach has been measured yet."));
        await OpenedPage.See(page.Page.GetByText("The curve is measured at the last step of a run."));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Compare_RunsOfOneTask_AreOverlaidAndAboveTheFold()
    {
        await using Served served = await Served.Start();
        string first = RecordedReach.Write(served, "lstm");
        string second = RecordedReach.Write(served, "rnn", verdict: "Vanishing over time");
        await using OpenedPage page = await chromium.Open(served, $"/compare?runs={first},{second}");
        await page.AtStep(RecordedReach.Steps);
        await page.Heading("LSTM uses its input 42 timesteps back, RNN 42. Every gradient reaches at least 49.");
        Assert.Equal(0, await page.Page.Locator(".unlike").CountAsync());
        ILocator verdicts = page.Page.GetByLabel("Runs and their verdicts").GetByRole(AriaRole.Listitem);
        Assert.Equal("lstm no verdict", Words(await verdicts.Nth(0).InnerTextAsync()));
        Assert.Equal("rnn ▲ Vanishing over time", Words(await verdicts.Nth(1).InnerTextAsync()));
        ILocator heatmaps = page.Page.Locator(".heatmap canvas");
        await OpenedPage.Counts(heatmaps, 2);
        foreach (ILocator heatmap in await heatmaps.AllAsync())
        {
            LocatorBoundingBoxResult box = (await heatmap.BoundingBoxAsync())!;
            Assert.True(box.Y + box.Height <= BarTop, $"It ends at {box.Y + box.Height}.");
        }

        IReadOnlyList<string> rows = await page.Page.Locator("[data-panel]", new() { HasText = "Final numbers" })
            .Locator("tbody tr").AllInnerTextsAsync();
        Assert.Equal(
            ["Effective context 42 42", "Gradient reach ≥ 49 ≥ 49", "Training loss 0.01 0.01"],
            rows.Take(3).Select(Words));
        Assert.DoesNotContain(rows, static row => row.Contains("orizon", StringComparison.Ordinal));
        string csv = await page.SaveText(Panel, "CSV");
        Assert.Contains("LSTM,40,42,49,49,", csv, StringComparison.Ordinal);
        Assert.Contains("RNN,40,42,49,49,", csv, StringComparison.Ordinal);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Compare_RunsOfOtherData_AreNotTakenForAlike()
    {
        await using Served served = await Served.Start();
        string first = RecordedReach.Write(served);
        string second = RecordedRun.Write(served);
        await using OpenedPage page = await chromium.Open(served, $"/compare?runs={first},{second}");
        await OpenedPage.See(page.Page.Locator(".unlike", new() { HasText = "These runs have other data" }));
        page.AssertQuiet();
    }

    private static string Words(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
