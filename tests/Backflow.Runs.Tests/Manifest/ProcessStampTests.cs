using System.Diagnostics;
using System.Globalization;
using Backflow.Runs.Manifest;
using Backflow.Runs.Tests.Children;

namespace Backflow.Runs.Tests.Manifest;

public sealed class ProcessStampTests : IDisposable
{
    /// <summary>After which something that should happen never will, also on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IsAlive_ThisProcess_IsTrue() => Assert.True(ProcessStamp.Current.IsAlive(TimeSpan.MaxValue));

    [Fact]
    public void IsAlive_KilledProcessThatItsParentIgnores_IsFalse()
    {
        // The shell becomes a sleep, which never asks after the other sleep.
        using Process parent = Process.Start(new ProcessStartInfo("bash", ["-c", "sleep 600 & echo $!; exec sleep 600"])
        {
            RedirectStandardOutput = true,
        })!;
        int id = int.Parse(parent.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        // As long as it is a shell it may ask.
        Assert.True(SpinWait.SpinUntil(() => NameOf(parent.Id) == "sleep", Patience), "The shell is still one.");
        using Process orphan = Process.GetProcessById(id);
        ProcessStamp stamp = ProcessStamp.Of(orphan);
        Assert.True(stamp.IsAlive(TimeSpan.Zero));

        orphan.Kill();
        bool died = SpinWait.SpinUntil(() => !stamp.IsAlive(TimeSpan.Zero), Patience);
        bool isStillListed = File.Exists($"/proc/{id}/stat");
        parent.Kill();
        parent.WaitForExit();
        Assert.True(died, "It never counted as dead.");
        Assert.True(isStillListed, "The parent asked after it, so that the test has shown nothing.");
    }

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

    private static string NameOf(int id) => File.ReadAllText($"/proc/{id}/comm").TrimEnd();
}
