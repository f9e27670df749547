using Backflow.Experiments.Figures;
using Backflow.Runs.Columns;
using Xunit;

namespace Backflow.Experiments.Tests.Figures;

/// <summary>Colours of a heatmap, and when steps were done.</summary>
public sealed class HeatmapImageTests
{
    [Fact]
    public void Of_ValuesOfEachKind_HaveColoursOfTheirOwn()
    {
        HeatmapImage image = HeatmapImage.Of(Exact(height: 4, lengths: [4, 2], values:
        [
            1e-3f, 1e3f, 0, float.NaN,
            1, float.PositiveInfinity, float.NaN, float.NaN,
        ]));
        Assert.Equal((2, 4), (image.Width, image.Height));
        Assert.Equal((68, 1, 84), Pixel(image, 0, 0));
        Assert.Equal((253, 231, 37), Pixel(image, 0, 1));
        Assert.Equal((150, 150, 150), Pixel(image, 0, 2));
        Assert.Equal((214, 24, 56), Pixel(image, 0, 3));

        // Half of the way in powers of ten, a teal.
        Assert.Equal(144, Pixel(image, 1, 0).G);
        Assert.Equal((214, 24, 56), Pixel(image, 1, 1));
        Assert.Equal((255, 255, 255), Pixel(image, 1, 2));
        Assert.StartsWith("Dark blue is 1e-3, yellow 1e3. Each line is a timestep", image.Description,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_MoreTimestepsThanLines_KeepsTheGreatestAndWhatIsNotFinite()
    {
        const int Timesteps = 2048;
        float[] values = [.. Enumerable.Repeat(1f, Timesteps)];
        values[5] = 100;
        values[8] = float.NaN;
        HeatmapImage image = HeatmapImage.Of(Exact(Timesteps, [Timesteps], values));
        Assert.Equal((1, 1024), (image.Width, image.Height));
        Assert.Equal((253, 231, 37), Pixel(image, 0, 2));
        Assert.Equal((214, 24, 56), Pixel(image, 0, 4));
        Assert.Equal((68, 1, 84), Pixel(image, 0, 0));
        Assert.Contains("the greatest of 2 timesteps", image.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ZerosAlone_IsGrey()
    {
        HeatmapImage image = HeatmapImage.Of(Exact(2, [2], [0, 0]));
        Assert.Equal((150, 150, 150), Pixel(image, 0, 1));
        Assert.StartsWith("Each line", image.Description, StringComparison.Ordinal);
    }

    private static RowExtremes Exact(int height, int[] lengths, float[] values) => new(
        [.. Enumerable.Range(1, lengths.Length).Select(static step => (long)step)],
        [.. Enumerable.Range(1, lengths.Length).Select(static step => (long)step)],
        [.. lengths],
        height,
        [.. values],
        []);

    private static (int R, int G, int B) Pixel(HeatmapImage image, int column, int line)
    {
        int at = 3 * ((line * image.Width) + column);
        return (image.Rgb[at], image.Rgb[at + 1], image.Rgb[at + 2]);
    }
}
