using Backflow.Training;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>The itemised page of a text whose characters would move, join or carry each other.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class ItemisedTextTests(ChromiumFixture chromium)
{
    private const int Shown = 16;

    // Of the text, in pixels: 18 px high letters, 1.75 of them from line to line.
    private const double LineHeight = 31.5;

    // Right-to-left letters, a mark that combines with the letter before it, and a sign that turns text around.
    private static readonly string[] Period = ["a", "b", "א", "ב", "ג", "e", "\u0301", "\u202e"];

    [Fact]
    public async Task Characters_RightToLeftAndCombining_StandByThemselvesInTheOrderOfTheText()
    {
        await using Served served = await Served.Start();
        string folder = Directory.CreateTempSubdirectory("backflow-itemised-").FullName;
        try
        {
            string id = Train(served, Path.Combine(folder, "text.txt"));
            await using OpenedPage page = await chromium.Open(served, $"/run/{id}/itemised");
            ILocator characters = page.Page.Locator("span.character");
            await OpenedPage.Counts(characters, Shown);
            IReadOnlyList<string> texts = await characters.AllInnerTextsAsync();
            string[] period = [.. Period.Select(static character => character switch
            {
                "\u0301" => "◌\u0301",
                "\u202e" => "U+202E",
                string plain => plain,
            })];
            int start = Array.IndexOf(period, texts[0]);
            Assert.Equal(Enumerable.Range(start, Shown).Select(place => period[place % period.Length]), texts);
            // The left edge, the right edge and the top of one character after another.
            double[][] boxes = await page.Page.EvaluateAsync<double[][]>(
                """
                () => [...document.querySelectorAll('span.character')].map((one) => {
                  const { left, right, top } = one.getBoundingClientRect();
                  return [left, right, top];
                })
                """);
            for (int place = 1; place < boxes.Length; place++)
            {
                bool isNextLine = boxes[place][2] > boxes[place - 1][2] + LineHeight / 2;
                Assert.True(
                    isNextLine || boxes[place][0] >= boxes[place - 1][1] - 0.5,
                    $"The character at timestep {place} begins at {boxes[place][0]}, "
                    + $"left of the end of the one before at {boxes[place - 1][1]}.");
                Assert.True(boxes[place][1] > boxes[place][0], $"The character at timestep {place} has no width.");
            }

            byte[] picture = await page.Page.GetByRole(AriaRole.Region, new() { Name = "The text" }).ScreenshotAsync();
            Assert.Equal(1, await ColoursBeside(page, picture));
            await KeepPicture(picture);
            page.AssertQuiet();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// How many colours the picture has right of the last character: more than one where a mark left its place.
    /// </summary>
    private static Task<int> ColoursBeside(OpenedPage page, byte[] picture) => page.Page.EvaluateAsync<int>(
        """
        async (picture) => {
          const image = new Image();
          image.src = `data:image/png;base64,${picture}`;
          await image.decode();
          const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
          const context = canvas.getContext('2d');
          context.drawImage(image, 0, 0);
          const card = document.querySelector('section[aria-label="The text"]').getBoundingClientRect();
          const last = [...document.querySelectorAll('span.character')].at(-1).getBoundingClientRect();
          // Beyond the outline of the chosen character, which is 2 pixels wide.
          const [x, y] = [Math.ceil(last.right - card.left) + 3, Math.floor(last.top - card.top)];
          const { data } = context.getImageData(x, y, 20, Math.ceil(last.height));
          const seen = new Set();
          for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 4).join());
          return seen.size;
        }
        """,
        Convert.ToBase64String(picture));

    /// <summary>Keeps the picture where a folder for pictures is named.</summary>
    private static Task KeepPicture(byte[] picture) =>
        Environment.GetEnvironmentVariable("BACKFLOW_PICTURES") is { Length: > 0 } folder
            ? File.WriteAllBytesAsync(
                Path.Combine(folder, "itemised-characters.png"), picture, TestContext.Current.CancellationToken)
            : Task.CompletedTask;

    private static string Train(Served served, string text)
    {
        File.WriteAllText(text, string.Concat(Enumerable.Repeat(string.Concat(Period), 500)));
        TrainingConfiguration configuration = new()
        {
            Cells = ["rnn"],
            TextPath = text,
            HiddenSize = 8,
            EmbeddingSize = 4,
            SequenceLength = Shown,
            BatchSize = 4,
            Steps = 20,
        };
        using TrainingRun run = Backflow.Experiments.Recording.RecordedRun.Create(
            served.Store, configuration, "directions", "test", new QuietObserver(), TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);
        return run.RunId;
    }
}
