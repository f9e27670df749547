using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Training;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

[Collection(ChromiumFixture.Name)]
public sealed class LivePageTests(ChromiumFixture chromium)
{
    /// <summary>Lines of text are not whole pixels high.</summary>
    private const double Tolerance = 4;

    [Fact]
    public async Task LiveRun_WhileItTrains_IsFollowedToItsEnd()
    {
        await using FollowedRun run = await FollowedRun.Open(chromium, steps: 5);
        OpenedPage page = run.Page;
        await OpenedPage.See(page.Page.GetByText("nothing to report"));

        run.Write(6, RecordedRun.EventStep);
        await page.AtStep(RecordedRun.EventStep);
        await OpenedPage.See(page.Page.GetByText("Layer 0 vanishes"));

        run.Write(RecordedRun.EventStep + 1, RecordedRun.Steps);
        run.Recorder.Finish(RunStatus.Completed, RecordedRun.Loss(RecordedRun.Steps));
        await OpenedPage.See(page.Page.Locator(".chip.completed"));
        await OpenedPage.See(page.Page.Locator(".bar .live.finished"));
        await page.AtStep(RecordedRun.Steps);
        await page.Painted(RecordedRun.Steps);
        Assert.Equal(40, (await page.SaveText("Total gradient ‖∂L/∂hₜ‖₂ by timestep and step", "CSV")).Split("\r\n")
            .Count(static line => line.EndsWith(",4,1", StringComparison.Ordinal)));
        page.AssertQuiet();
    }

    /// <summary>What is not known yet is not said to be nothing; a task writes no text, and reads timesteps.</summary>
    [Fact]
    public async Task Panels_WhileTheRunLoads_SayThatTheyLoad()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun(configuration: TrainingOptions.DefaultsOf("adding").ToJson());
        await using OpenedPage page = await chromium.Open(served, "/explorer");
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.Page.RouteAsync("**/events", async route =>
        {
            await seen.Task;
            await route.ContinueAsync();
        });
        await page.Page.GotoAsync(new Uri(served.Server.Address, $"/run/{id}").ToString());
        ILocator verdicts = page.Page.Locator("section", new() { HasText = "Verdicts and events" }).Last;
        await OpenedPage.See(verdicts.GetByText("Loading …"));
        string loading = await page.Page.Locator("main").InnerTextAsync();
        Assert.DoesNotMatch("(?i)nothing|no verdict|yet", loading);

        seen.SetResult();
        await OpenedPage.See(verdicts.GetByText("No verdict so far"));
        // Panels load each for themselves.
        await page.Until("!document.querySelector('main').innerText.includes('Loading')");
        string loaded = await page.Page.Locator("main").InnerTextAsync();
        Assert.Contains("Timesteps per second", loaded, StringComparison.Ordinal);
        Assert.DoesNotMatch("Characters|sample-interval|Samples", loaded);
    }

    [Fact]
    public async Task FinishedRun_WhatTheServerAnnounced_IsAskedForOnce()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        await OpenedPage.See(page.Page.GetByText("Gradient norm"));
        await page.Painted(RecordedRun.Steps);
        string[] announced = ["", "/rows?metric=total-gradient-norm&layer=0&columns=1024"];
        foreach (string address in announced.Select(part => $"/api/runs/{id}{part}"))
        {
            // An answer is noted a moment after the page has it.
            await page.Until($"performance.getEntriesByName(location.origin + '{address}').length > 0");
            int[] answers = await page.Page.EvaluateAsync<int[]>(
                """
                (address) => performance.getEntriesByName(location.origin + address)
                  .map((answer) => answer.responseStatus)
                """,
                address);
            Assert.Equal([200], answers);
        }

        page.AssertQuiet();
    }

    /// <remarks>
    /// A part that came later could never come where the server ends first: no chart would ever show.
    /// </remarks>
    [Fact]
    public async Task FinishedRun_DrawsItsCharts_WithOneScript()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, $"/run/{RecordedRun.Write(served)}");
        await OpenedPage.See(page.Page.Locator(".chart canvas"));
        string[] scripts = await page.Page.EvaluateAsync<string[]>(
            "performance.getEntriesByType('resource').map((one) => one.name).filter((name) => name.endsWith('.js'))");
        Assert.Single(scripts);
        page.AssertQuiet();
    }

    [Fact]
    public async Task RunWithoutRows_FirstOnesCome_NothingMoves()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun("rnn", """{"steps":40,"hiddenSize":2}""", "live");
        using RunRecorder recorder = served.Store.OpenRecorder(id);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        await OpenedPage.See(page.Page.GetByText("Nothing has been recorded for this quantity in layer 0 yet."));
        await OpenedPage.See(page.Page.GetByText("No verdict so far"));
        double before = await Top(page, "Loss");
        RecordedRun.WriteSteps(recorder, 1, 5);
        await page.Until("document.querySelector('.heatmap canvas')?.dataset.columns > 0");
        Assert.Equal(before, await Top(page, "Loss"), Tolerance);
        await OpenedPage.See(page.Page.GetByText("step 5 of 40"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task HiddenPage_ClosesItsStreamAndComesBackWithWhatItMissed()
    {
        await using FollowedRun run = await FollowedRun.Open(chromium, steps: 3);
        OpenedPage page = run.Page;
        await ServedStreams(run.Served, 1);

        await Show(page, hidden: true);
        await ServedStreams(run.Served, 0);
        run.Write(4, 7);
        await Show(page, hidden: false);
        await page.AtStep(7);
        await ServedStreams(run.Served, 1);
        page.AssertQuiet();
    }

    [Fact]
    public async Task OpenPage_ServerStopsAndStartsAgain_ReconnectsByItself()
    {
        await using FollowedRun run = await FollowedRun.Open(chromium, steps: 3);
        OpenedPage page = run.Page;

        await run.Served.Server.Stop();
        await OpenedPage.See(page.Page.Locator(".bar .live.reconnecting"));
        run.Write(4, 8);
        await run.Served.StartAgain();
        await page.AtStep(8);
        await OpenedPage.See(page.Page.Locator(".bar .live.live"));
        run.Write(9, 10);
        await page.AtStep(10);
        // While there is no server, the browser itself writes that it cannot be reached, or that the server which is
        // ending refused a stream; the page shows no error.
        Assert.All(page.Complaints, static text => Assert.Matches("net::ERR_|status of 503", text));
        Assert.Equal(0, await page.Page.GetByRole(AriaRole.Alert).CountAsync());
    }

    /// <summary>How far down a panel begins.</summary>
    private static async Task<double> Top(OpenedPage page, string panel)
    {
        ILocator heading = page.Page.GetByRole(AriaRole.Heading, new() { Name = panel, Exact = true });
        return (await page.Page.Locator("[data-panel]", new() { Has = heading }).BoundingBoxAsync())!.Y;
    }

    /// <summary>
    /// A headless page is always shown, so the browser's answer is replaced, as the event that tells of it.
    /// </summary>
    private static async Task Show(OpenedPage page, bool hidden) => await page.Page.EvaluateAsync(
        """
        (hidden) => {
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        hidden);

    private static async Task ServedStreams(Served served, int count)
    {
        using CancellationTokenSource patience = new(OpenedPage.Patience);
        while (served.Server.OpenStreams != count)
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
