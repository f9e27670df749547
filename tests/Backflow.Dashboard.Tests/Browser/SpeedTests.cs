using System.Globalization;
using System.Text.Json;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>
/// Large stores and live steps are shown at all; the times that docs/dashboard.md states are printed.
/// </summary>
/// <remarks>
/// No time is asserted: a machine that does other work must not fail. Run with -showLiveOutput to read them. A server
/// is warm here, as it is a few seconds after its start.
/// </remarks>
[Collection(ChromiumFixture.Name)]
public sealed class SpeedTests(ChromiumFixture chromium, ITestOutputHelper output)
{
    [Fact]
    public async Task Runs_AThousand_AreListed()
    {
        await using Served served = await Served.Start();
        for (int i = 0; i < 1000; i++)
        {
            served.CreateRun(i % 2 == 0 ? "rnn" : "lstm");
        }

        await served.Server.WarmUp();
        await using OpenedPage page = await chromium.Open(
            served, "/runs", script: WhenTrue("document.querySelectorAll('tbody tr').length > 0"));
        await page.Until("window.shownAt !== undefined");
        await page.Until("performance.getEntriesByName('first-contentful-paint').length > 0");
        double paint = await page.Page.EvaluateAsync<double>(
            "performance.getEntriesByName('first-contentful-paint')[0].startTime");
        double list = await page.Page.EvaluateAsync<double>("window.shownAt");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"1,000 runs: first paint {paint:F0} ms, list {list:F0} ms"));
        await OpenedPage.See(page.Page.GetByText("1,000 runs"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Heatmap_HundredThousandSteps_OpensAndScrubs()
    {
        await using Served served = await Served.Start();
        string id = Record(served, steps: 100_000, timesteps: 128);
        await served.Server.WarmUp();
        await using OpenedPage page = await OpenHeatmap(served, id);
        double drawn = await page.Page.EvaluateAsync<double>("window.shownAt");
        await page.AtStep(100_000);
        double frames = await page.Page.EvaluateAsync<double>(
            """
            () => new Promise((resolve) => {
              const slider = document.querySelector('.bar input[type=range]');
              const start = performance.now();
              let frames = 0;
              const tick = (now) => {
                frames++;
                const share = Math.min(1, Math.max(0, (now - start) / 2000));
                slider.value = String(1 + Math.floor(49_999 * share));
                slider.dispatchEvent(new Event('input', { bubbles: true }));
                if (share < 1) requestAnimationFrame(tick);
                else resolve(1000 * frames / (now - start));
              };
              requestAnimationFrame(tick);
            })
            """);
        await page.AtStep(50_000);
        page.AssertQuiet();

        // A visitor's browser has been running for a while; each of these visits has an empty cache of its own.
        List<double> later = [];
        while (later.Count < 4)
        {
            await using OpenedPage again = await OpenHeatmap(served, id);
            later.Add(await again.Page.EvaluateAsync<double>("window.shownAt"));
        }

        string visits = string.Join(", ", later.Select(static time => $"{time:F0}"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"100,000 x 128: drawn {drawn:F0} ms, in later visits {visits} ms, {frames:F0} frames/s"));
    }

    [Fact]
    public async Task LiveRun_RecordedStep_IsShownSoon()
    {
        await using FollowedRun run = await FollowedRun.Open(chromium, steps: 3);
        OpenedPage page = run.Page;
        List<double> delays = [];
        for (int step = 4; step <= 13; step++)
        {
            Task<double> shown = page.Page.EvaluateAsync<double>(
                """
                (step) => new Promise((resolve) => {
                  const look = () => document.querySelector('.bar input[type=number]').value === String(step)
                    ? resolve(Date.now()) : requestAnimationFrame(look);
                  look();
                })
                """,
                step);
            double recorded = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            run.Recorder.Scalar("training-loss", step, 1);
            delays.Add(await shown - recorded);
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"live delay of 10 steps: mean {delays.Average():F0} ms, longest {delays.Max():F0} ms"));
        page.AssertQuiet();
    }

    [Theory]
    [InlineData("rnn-tanh")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public async Task Explorer_FirstQuestionAndThoseAfterIt_AreAnswered(string cell)
    {
        await using Served served = await Served.Start();
        await served.Server.WarmUp();
        List<double> times = [];
        for (int scale = 1; scale <= 20; scale++)
        {
            long start = TimeProvider.System.GetTimestamp();
            JsonElement answer = await served.Compute(string.Create(
                CultureInfo.InvariantCulture, $"/api/explorer?cell={cell}&hidden=64&length=100&scale=0.{scale:D2}"));
            times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
            Assert.Equal(100, answer.GetProperty("norms").GetArrayLength());
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"explorer, {cell}: first {times[0]:F1} ms, longest after it {times.Skip(1).Max():F1} ms"));
    }

    private async Task<OpenedPage> OpenHeatmap(Served served, string id)
    {
        OpenedPage page = await chromium.Open(served, $"/run/{id}", script: WhenTrue(
            """
            Number(document.querySelector('.heatmap canvas')?.dataset.columns) > 0
            """));
        await page.Until("window.shownAt !== undefined");
        return page;
    }

    /// <summary>Notes the time of the first frame after navigation in which an expression is true.</summary>
    private static string WhenTrue(string expression) =>
        $$"""
        {
          const look =
              () => { if ({{expression}}) window.shownAt = performance.now(); else requestAnimationFrame(look); };
          requestAnimationFrame(look);
        }
        """;

    private static string Record(Served served, int steps, int timesteps)
    {
        string id = served.CreateRun(
            "rnn", string.Create(CultureInfo.InvariantCulture, $$"""{"steps":{{steps}},"hiddenSize":8}"""));
        using RunRecorder recorder = served.Store.OpenRecorder(id);
        float[] row = new float[timesteps];
        for (int step = 1; step <= steps; step++)
        {
            for (int t = 0; t < timesteps; t++)
            {
                row[t] = MathF.Exp(-0.1f * (timesteps - t)) * (1 + ((step * 7919 + t) % 97 / 97f));
            }

            recorder.Row("total-gradient-norm", 0, step, row);
            recorder.Scalar("training-loss", step, 4.0 / step);
            if (step % 1000 == 0)
            {
                recorder.Flush();
            }
        }

        Assert.Equal(0, recorder.DroppedRows);
        recorder.Finish(RunStatus.Completed, 0.1);
        return id;
    }
}
