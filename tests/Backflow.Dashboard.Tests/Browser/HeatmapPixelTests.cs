using System.Globalization;

namespace Backflow.Dashboard.Tests.Browser;

[Collection(ChromiumFixture.Name)]
public sealed class HeatmapPixelTests(ChromiumFixture chromium)
{
    private static readonly int[] Lightest = [253, 231, 37, 255];
    private static readonly int[] Darkest = [68, 1, 84, 255];
    private static readonly int[] Red = [214, 24, 56, 255];
    private static readonly int[] White = [255, 255, 255, 255];

    [Fact]
    public async Task LockedScale_KnownRun_DrawsViridisEndsAndTheNonFiniteMark()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}?lock=-4..0");
        await page.Painted(RecordedRun.Steps);
        foreach (int step in (int[])[1, 7, 19, 20, 40])
        {
            Assert.Equal([Lightest], await Colours(page, step, timestep: 4));
            Assert.Equal([Darkest], await Colours(page, step, timestep: 0));
        }

        // Halfway between the ends, viridis is a teal; the middle of 256 colours lies between two of them.
        int[] middle = Assert.Single(await Colours(page, 10, timestep: 2));
        Assert.Contains(middle, (int[][])[[33, 145, 140, 255], [33, 144, 141, 255]]);
        int[][] mark = await Colours(page, RecordedRun.NonFiniteStep, RecordedRun.NonFiniteTimestep);
        Assert.Equal(2, mark.Length);
        Assert.Contains(Red, mark);
        Assert.Contains(White, mark);
    }

    [Fact]
    public async Task LockedScale_TwoDecadesHigher_DrawsTheSameValuesDarker()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}?lock=0..4");
        await page.Painted(RecordedRun.Steps);
        Assert.Equal([Darkest], await Colours(page, 10, timestep: 4));
    }

    /// <summary>The different colours of the pixels in the middle half of a cell, as the browser has them.</summary>
    private static async Task<int[][]> Colours(OpenedPage page, int step, int timestep)
    {
        string script = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            () => {
              const canvas = document.querySelector('.heatmap canvas');
              const [wide, high] = [canvas.width / {{RecordedRun.Steps}}, canvas.height / {{RecordedRun.Timesteps}}];
              const [x, y] = [wide * ({{step}} - 0.75), high * ({{RecordedRun.Timesteps}} - {{timestep}} - 0.75)];
              const { data } = canvas.getContext('2d').getImageData(
                Math.ceil(x), Math.ceil(y), Math.floor(wide / 2), Math.floor(high / 2));
              const seen = new Set();
              for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 4).join());
              return [...seen].map((colour) => colour.split(',').map(Number));
            }
            """);
        return await page.Page.EvaluateAsync<int[][]>(script);
    }
}
