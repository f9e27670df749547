using System.Buffers.Binary;
using System.Collections.Immutable;
using Backflow.Dashboard.Tests.Browser;
using Backflow.Experiments.Comparison;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Dashboard.Tests.Documents;

[Collection(ChromiumFixture.Name)]
public sealed class DashboardPictureTests(ChromiumFixture chromium)
{
    private const int Width = 1280;
    private const int LiveHeight = 800;
    private const int CompareHeight = 1180;
    private const int LargestFile = 300_000;
    private const int Steps = 600;

    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "docs", "images");

    /// <summary>With BACKFLOW_UPDATE_DOCS=1 (docs/make-screenshots.sh) it first takes the pictures again.</summary>
    [Fact]
    public async Task Pictures_OfADocumentedSize_AreThere()
    {
        if (Environment.GetEnvironmentVariable("BACKFLOW_UPDATE_DOCS") == "1")
        {
            await Take();
        }

        foreach ((string name, int height) in
            ((string, int)[])
            [
                ("dashboard-live.png", LiveHeight), ("dashboard-compare.png", CompareHeight),
                ("dashboard-watched.png", LiveHeight),
            ])
        {
            byte[] picture = await File.ReadAllBytesAsync(
                Path.Combine(Folder, name), TestContext.Current.CancellationToken);
            Assert.Equal("PNG"u8, picture.AsSpan(1, 3));
            Assert.Equal(Width, BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(16)));
            Assert.Equal(height, BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(20)));
            Assert.InRange(picture.Length, 20_000, LargestFile);
        }
    }

    /// <summary>Trains what the README's first command trains, and photographs what it shows.</summary>
    private async Task Take()
    {
        await using Served served = await Served.Start();
        using CellComparison comparison = CellComparison.Create(
            served.Store,
            TaskCatalogue.Find("adding").Defaults with
            {
                Task = "adding",
                TaskOptions = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add("length", 50),
                Chrono = 50,
                HiddenSize = 64,
                LearningRate = 0.01,
                Steps = Steps,
            },
            ["rnn", "lstm", "gru"],
            sameSize: false,
            name: null,
            "backflow compare --task adding --length 50 --chrono 50 --cells rnn,lstm,gru --hidden 64 --lr 0.01",
            static _ => new QuietObserver(),
            TimeProvider.System);
        comparison.Train(TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Folder);
        await Photograph(served, $"/run/{comparison.RunIds[1]}", "dashboard-live.png", LiveHeight);
        string compared = string.Join(',', comparison.RunIds);
        await Photograph(served, $"/compare?runs={compared}", "dashboard-compare.png", CompareHeight);
    }

    private async Task Photograph(Served served, string path, string name, int height)
    {
        await using OpenedPage page = await chromium.Open(served, path, Width, height);
        await page.AtStep(Steps);
        await page.Until("document.querySelector('.heatmap canvas')?.width > 200");
        await page.Until("document.fonts.status === 'loaded'");
        page.AssertQuiet();
        await page.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, name) });
    }
}
