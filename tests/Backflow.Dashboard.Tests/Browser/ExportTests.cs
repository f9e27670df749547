using System.Buffers.Binary;
using System.Globalization;
using System.Xml.Linq;

namespace Backflow.Dashboard.Tests.Browser;

[Collection(ChromiumFixture.Name)]
public sealed class ExportTests(ChromiumFixture chromium)
{
    private const string Heatmap = "Total gradient ‖∂L/∂hₜ‖₂ by timestep and step";
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public async Task Csv_Heatmap_HasEveryRecordedNumber()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, $"/run/{RecordedRun.Write(served)}");
        await page.AtStep(RecordedRun.Steps);
        await page.Painted(RecordedRun.Steps);
        string[] lines = await Lines(page, Heatmap);
        Assert.StartsWith("# known, step 40", lines[0], StringComparison.Ordinal);
        string[] table = [.. lines.SkipWhile(static line => line.StartsWith('#'))];
        Assert.Equal("step,timestep,value", table[0]);
        Assert.Equal(RecordedRun.Steps * RecordedRun.Timesteps, table.Length - 1);
        foreach (string line in table.Skip(1))
        {
            double[] fields =
                [.. line.Split(',').Select(static field => double.Parse(field, CultureInfo.InvariantCulture))];
            bool isNumber = (fields[0], fields[1]) != (RecordedRun.NonFiniteStep, RecordedRun.NonFiniteTimestep);
            double recorded = isNumber ? RecordedRun.Norm((int)fields[1]) : double.NaN;
            Assert.Equal(recorded, fields[2]);
        }
    }

    [Fact]
    public async Task Csv_Loss_HasEveryStep()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, $"/run/{RecordedRun.Write(served)}");
        await page.AtStep(RecordedRun.Steps);
        string[] table = [.. (await Lines(page, "Loss")).SkipWhile(static line => line.StartsWith('#'))];
        Assert.Equal("series,step,loss (nats)", table[0]);
        string[] expected = [.. Enumerable.Range(1, RecordedRun.Steps).Select(static step =>
            string.Create(CultureInfo.InvariantCulture, $"training,{step},{RecordedRun.Loss(step):R}"))];
        Assert.Equal(expected, table.Skip(1));
    }

    [Theory]
    [InlineData(Heatmap, "backpropagation", "step", "timestep t")]
    [InlineData("Loss", "loss (nats)", "step", "training")]
    public async Task SvgAndPng_HaveAxesLegendRunAndStep(string panel, params string[] words)
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, $"/run/{RecordedRun.Write(served)}");
        await page.AtStep(RecordedRun.Steps);
        await page.Painted(RecordedRun.Steps);
        (string name, byte[] svg) = await page.Save(panel, "SVG");
        Assert.EndsWith("_known-step-40.svg", name, StringComparison.Ordinal);
        using MemoryStream content = new(svg);
        XElement root = XDocument.Load(content).Root!;
        Assert.Equal(Svg + "svg", root.Name);
        string[] texts = [.. root.Descendants(Svg + "text").Select(static text => text.Value)];
        Assert.All([panel, "known, step 40", .. words], word =>
            Assert.Contains(texts, text => text.Contains(word, StringComparison.Ordinal)));

        (_, byte[] png) = await page.Save(panel, "PNG");
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        (double Width, double Height) size = ((double)root.Attribute("width")!, (double)root.Attribute("height")!);
        Assert.Equal(Math.Round(2 * size.Width), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(Math.Round(2 * size.Height), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        Assert.True(png.Length > 5000, $"{png.Length} bytes are an empty picture.");
        page.AssertQuiet();
    }

    private static async Task<string[]> Lines(OpenedPage page, string panel) =>
        (await page.SaveText(panel, "CSV")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
}
