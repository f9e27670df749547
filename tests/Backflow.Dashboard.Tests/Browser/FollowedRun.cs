using Backflow.Runs.Recording;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>A run that goes on, and its live page, which follows it.</summary>
internal sealed class FollowedRun : IAsyncDisposable
{
    private FollowedRun(Served served, RunRecorder recorder, OpenedPage page)
    {
        Served = served;
        Recorder = recorder;
        Page = page;
    }

    public Served Served { get; }

    public RunRecorder Recorder { get; }

    public OpenedPage Page { get; }

    /// <summary>Records the first steps, opens the page and waits until it follows.</summary>
    public static async Task<FollowedRun> Open(ChromiumFixture chromium, int steps)
    {
        Served served = await Served.Start();
        string id = served.CreateRun("rnn", """{"steps":40,"hiddenSize":2}""", "live");
        RunRecorder recorder = served.Store.OpenRecorder(id);
        RecordedRun.WriteSteps(recorder, 1, steps);
        FollowedRun followed = new(served, recorder, await chromium.Open(served, $"/run/{id}"));
        await OpenedPage.See(followed.Page.Page.Locator(".bar .live.live", new() { HasText = "following" }));
        await followed.Page.AtStep(steps);
        return followed;
    }

    /// <summary>Records some more steps.</summary>
    public void Write(int first, int last) => RecordedRun.WriteSteps(Recorder, first, last);

    public async ValueTask DisposeAsync()
    {
        await Page.DisposeAsync();
        Recorder.Dispose();
        await Served.DisposeAsync();
    }
}
