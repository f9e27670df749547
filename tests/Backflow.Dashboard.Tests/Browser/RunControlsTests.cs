using Backflow.Runs.Manifest;
using Backflow.Training;
using Microsoft.Playwright;
using StoredRun = Backflow.Experiments.Recording.RecordedRun;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>A real training, controlled from the page that shows it.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class RunControlsTests(ChromiumFixture chromium)
{
    private static readonly TrainingConfiguration Endless = new()
    {
        Task = "echo",
        HiddenSize = 4,
        BatchSize = 2,
        Threads = 1,
        Steps = 100_000_000,
        ValidationInterval = 0,
        CheckpointInterval = 0,
        Telemetry = "off",
    };

    [Fact]
    public async Task Live_PauseRateGoOnAndStop_ReachTheTraining()
    {
        await using Served served = await Served.Start();
        using TrainingRun run = StoredRun.Create(
            served.Store, Endless, name: null, "backflow train", new SilentObserver(), TimeProvider.System);
        Task<TrainingSummary> training = Task.Factory.StartNew(
            () => run.Train(TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await using OpenedPage page = await chromium.Open(served, $"/run/{run.RunId}");

        await Press(page, "Pause");
        await OpenedPage.See(page.Page.Locator(".status", new() { HasText = "paused" }));
        await Press(page, "Go on");
        await OpenedPage.See(page.Page.Locator(".status", new() { HasText = "running" }));

        ILocator rate = page.Page.GetByLabel("Learning rate", new() { Exact = true });
        await rate.FillAsync("much");
        await Press(page, "Set");
        await OpenedPage.See(page.Page.GetByText("A learning rate is a number above 0"));
        await rate.FillAsync("0.002");
        await Press(page, "Set");
        await OpenedPage.See(page.Page.Locator(".event", new() { HasText = "Learning rate changed" }));

        await Press(page, "Stop …");
        await Press(page, "Keep on");
        await Press(page, "Stop …");
        await Press(page, "Stop");
        TrainingSummary summary = await training;
        Assert.True(summary.IsStoppedOnRequest);
        await OpenedPage.See(page.Page.Locator(".status", new() { HasText = "interrupted" }));
        await OpenedPage.Counts(page.Page.GetByRole(AriaRole.Group, new() { Name = "Control the training" }), 0);
        Assert.Equal(
            ["Paused", "Went on", "Learning rate changed", "Stopped"],
            served.Store.OpenReader(run.RunId).Events().Select(static one => one.Title)
                .Where(static title => title is "Paused" or "Went on" or "Learning rate changed" or "Stopped"));
        Assert.Equal(RunStatus.Interrupted, served.Store.GetRun(run.RunId).Status);
        page.AssertQuiet();
    }

    private static Task Press(OpenedPage page, string name) =>
        page.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();
}
