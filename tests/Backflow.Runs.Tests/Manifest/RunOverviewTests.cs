using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;

namespace Backflow.Runs.Tests.Manifest;

public sealed class RunOverviewTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ListOverviews_TwoRuns_HaveTheirOwnNewestValuesAndEvents()
    {
        using RunStore store = _folder.Open();
        string first = store.CreateRun(Example.Description()).Id;
        string second = store.CreateRun(Example.Description()).Id;
        using (RunRecorder recorder = store.OpenRecorder(first))
        {
            recorder.Scalar("loss", 1, 3);
            recorder.Scalar("loss", 2, double.NaN);
            recorder.Event(1, RunEventLevel.Warning, "a", "b");
            recorder.Event(1, RunEventLevel.Warning, "a", "b");
            recorder.Event(2, RunEventLevel.Error, "a", "b");
        }

        RunOverview[] overviews = [.. store.ListOverviews(["loss", "horizon"])];
        Assert.Equal([second, first], overviews.Select(static overview => overview.Run.Id));
        Assert.Equal([null, null], overviews[0].Newest);
        Assert.Equal([double.NaN, null], overviews[1].Newest);
        Assert.Equal((0, 2, 1), (overviews[1].Informations, overviews[1].Warnings, overviews[1].Errors));
        Assert.Equal([double.NaN], store.GetOverview(first, ["loss"]).Newest);
        Assert.Throws<RunNotFoundException>(() => store.GetOverview("gru-0001", []));
    }

    [Fact]
    public void SetPinned_Run_IsKept()
    {
        using RunStore store = _folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        Assert.False(store.GetRun(id).IsPinned);
        store.SetPinned(id, isPinned: true);
        Assert.True(store.GetRun(id).IsPinned);
        store.SetPinned(id, isPinned: false);
        Assert.False(store.GetRun(id).IsPinned);
        Assert.Throws<RunNotFoundException>(() => store.SetPinned("gru-0001", isPinned: true));
    }

    [Fact]
    public void HasChanged_AfterACommitOfAnother_IsTrueOnce()
    {
        using RunStore store = _folder.Open();
        using Runs.Store.StoreWatch watch = store.Watch();
        Assert.True(watch.HasChanged());
        Assert.False(watch.HasChanged());
        store.CreateRun(Example.Description());
        Assert.True(watch.HasChanged());
        Assert.False(watch.HasChanged());
    }
}
