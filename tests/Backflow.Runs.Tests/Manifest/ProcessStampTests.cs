using Backflow.Runs.Manifest;
using Backflow.Runs.Tests.Children;

namespace Backflow.Runs.Tests.Manifest;

public sealed class ProcessStampTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IsAlive_ThisProcess_IsTrue() => Assert.True(ProcessStamp.Current.IsAlive(TimeSpan.MaxValue));

    [Fact]
    public void GetRun_AnotherProcessTrainsAndIsKilled_IsRunningAndThenInterrupted()
    {
        using ChildProcess child = ChildProcess.Start(Child.RecordJob, _folder.StorePath);
        child.WaitFor("flushed", atLeast: 50);
        using RunStore store = _folder.Open();
        Assert.Equal(RunStatus.Running, store.GetRun(child.RunId).Status);

        RunStoreException failure = Assert.Throws<RunStoreException>(() => store.OpenRecorder(child.RunId));
        Assert.StartsWith(
            $"Run {child.RunId} is being trained by process {child.Id}; stop that with Ctrl+C",
            failure.Message,
            StringComparison.Ordinal);
        Assert.Throws<RunStoreException>(() => store.Delete(child.RunId));

        child.Kill("flushed");
        Assert.Equal(RunStatus.Interrupted, store.GetRun(child.RunId).Status);
        store.OpenRecorder(child.RunId).Dispose();
    }
}
