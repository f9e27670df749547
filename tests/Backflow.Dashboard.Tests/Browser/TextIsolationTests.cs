using Backflow.Training;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>Names and samples whose characters would turn the text around them.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class TextIsolationTests(ChromiumFixture chromium)
{
    private const string Text = "ab אבג\u202e\u001be\u0301 ";

    // The right-to-left name ends in a number, which stands left of its letters where nothing else decides.
    private const string Name = "שלום 12";

    [Fact]
    public async Task NameAndSample_OfOtherDirections_TurnNothingAroundThem()
    {
        await using Served served = await Served.Start();
        string folder = Directory.CreateTempSubdirectory("backflow-isolation-").FullName;
        try
        {
            string id = Train(served, Path.Combine(folder, "text.txt"));
            served.Store.Rename(id, Name);
            await using (OpenedPage list = await chromium.Open(served, "/runs"))
            {
                await OpenedPage.See(list.Page.Locator("td.name bdi", new() { HasText = "12" }));
                double[] edges = await list.Page.EvaluateAsync<double[]>(Edges, new[] { "td.name bdi", "שלום", "12" });
                Assert.True(edges[3] <= edges[0] + 0.5, $"12 ends at {edges[3]}, right of the letters at {edges[0]}.");
                list.AssertQuiet();
            }

            await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
            ILocator sample = page.Page.GetByRole(AriaRole.Region, new() { Name = "Samples" }).Locator("pre");
            await OpenedPage.See(sample);
            string shown = await sample.InnerTextAsync();
            Assert.Contains("\\u202e", shown, StringComparison.Ordinal);
            Assert.Contains('␛', shown);
            Assert.DoesNotContain(shown, static c => c is '\u202e' or '\u001b');

            // Each line has a direction of its own: that of its first letter.
            int lines = shown.TrimEnd('\n').Split('\n').Length;
            Assert.Equal(lines, await sample.Locator("bdi").CountAsync());
            page.AssertQuiet();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The left and right edges of two texts within the first element that has the first before the second.
    private const string Edges =
        """
        ([selector, first, second]) => {
          const element = [...document.querySelectorAll(selector)].find((one) => one.textContent.includes(first));
          const node = element.firstChild;
          const begin = node.data.indexOf(first);
          const edges = (at, text) => {
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + text.length);
            const { left, right } = range.getBoundingClientRect();
            return [left, right];
          };
          return [...edges(begin, first), ...edges(node.data.indexOf(second, begin), second)];
        }
        """;

    private static string Train(Served served, string text)
    {
        File.WriteAllText(text, string.Concat(Enumerable.Repeat(Text, 500)));
        TrainingConfiguration configuration = new()
        {
            Cells = ["rnn"],
            TextPath = text,
            HiddenSize = 8,
            EmbeddingSize = 4,
            SequenceLength = 16,
            BatchSize = 4,
            Steps = 20,
            SampleInterval = 20,
        };
        using TrainingRun run = Backflow.Experiments.Recording.RecordedRun.Create(
            served.Store, configuration, "directions", "test", new QuietObserver(), TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);
        return run.RunId;
    }
}
