using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Runs.Tests.Children;

namespace Backflow.Runs.Tests.Manifest;

/// <summary>Who trains a run, said by the kernel: not by process ids, namespaces or clocks.</summary>
public sealed class RunLivenessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void GetRun_AnotherProcessTrainsAndIsKilled_IsRunningAndThenInterrupted()
    {
        using ChildProcess child = ChildProcess.Start(Child.RecordJob, _folder.StorePath);
        child.WaitFor("flushed", atLeast: 50);
        using RunStore store = _folder.Open();
        AssertTrained(store, child.RunId, $"by process {child.Id}; stop that with Ctrl+C");

        child.Kill("flushed");
        Assert.Equal(RunStatus.Interrupted, store.GetRun(child.RunId).Status);
        store.OpenRecorder(child.RunId).Dispose();
    }

    /// <summary>A process of another PID namespace has an id that means nothing here; a step of the clock moves when it
    /// says that it started.</summary>
    [Fact]
    public void GetRun_ProcessIdOfAnotherNamespaceAndSteppedClock_IsStillTrained()
    {
        using ChildProcess child = ChildProcess.Start(Child.RecordJob, _folder.StorePath);
        child.WaitFor("flushed", atLeast: 50);
        _folder.Sql("PRAGMA busy_timeout = 60000; UPDATE run SET process_id = 999999999, process_started_ms = 1;");
        using RunStore store = _folder.Open(new FixedClock());
        AssertTrained(store, child.RunId, "by process 999999999; stop that with Ctrl+C");

        _folder.Sql($"PRAGMA busy_timeout = 60000; UPDATE run SET process_id = {Environment.ProcessId};");
        AssertTrained(store, child.RunId, "is being trained");
    }

    /// <summary>The id of a process that died is soon that of another one, which trains nothing.</summary>
    [Fact]
    public void GetRun_ProcessIdGivenOutAgain_IsInterrupted()
    {
        using ChildProcess child = ChildProcess.Start(Child.RecordJob, _folder.StorePath);
        child.WaitFor("flushed", atLeast: 50);
        child.Kill("flushed");
        _folder.Sql($"UPDATE run SET process_id = {Environment.ProcessId};");
        using RunStore store = _folder.Open();
        Assert.Equal(RunStatus.Interrupted, store.GetRun(child.RunId).Status);
    }

    [Fact]
    public void GetRun_AnotherStoreOfThisProcessTrains_IsTrained()
    {
        using RunStore trainer = _folder.Open();
        string id = trainer.CreateRun(Example.Description()).Id;
        using RunStore store = _folder.Open();
        AssertTrained(store, id, $"by process {Environment.ProcessId}");
        using (RunRecorder recorder = trainer.OpenRecorder(id))
        {
            AssertTrained(store, id, $"by process {Environment.ProcessId}");
        }

        Assert.Equal(RunStatus.Interrupted, store.GetRun(id).Status);
        store.Delete(id);
        Assert.Empty(Directory.GetFiles(store.Checkpoints.Folder));
    }

    [Fact]
    public void GetRun_StoreWasClosedWithoutFinishing_IsInterrupted()
    {
        using (RunStore trainer = _folder.Open())
        {
            trainer.CreateRun(Example.Description());
        }

        using RunStore store = _folder.Open();
        Assert.Equal(RunStatus.Interrupted, Assert.Single(store.ListRuns()).Status);
    }

    [Theory]
    [InlineData(29, RunStatus.Running)]
    [InlineData(31, RunStatus.Interrupted)]
    [InlineData(-29, RunStatus.Running)]
    [InlineData(-31, RunStatus.Interrupted)]
    public void GetRun_LockOfAnotherKernel_IsJudgedByItsHeartbeat(int silentSeconds, RunStatus expected)
    {
        FixedClock clock = new();
        string id = TrainedElsewhere(clock);
        clock.Now += TimeSpan.FromSeconds(silentSeconds);
        using RunStore store = _folder.Open(clock);
        store.SignAwaited = TimeSpan.Zero;
        Assert.Equal(expected, store.GetRun(id).Status);
        if (expected == RunStatus.Running)
        {
            AssertTrained(store, id, "on elsewhere");
        }
        else
        {
            store.Delete(id);
        }
    }

    /// <summary>Over a shared folder without locks, from a machine whose clock differs by an hour.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delete_HeartbeatThatLooksOldButMoves_IsRefused(bool resume)
    {
        FixedClock clock = new();
        string id = TrainedElsewhere(clock);
        clock.Now += TimeSpan.FromHours(1);
        using RunStore store = _folder.Open(clock);
        store.SignAwaited = TimeSpan.FromMinutes(5);
        void Change()
        {
            if (resume)
            {
                store.OpenRecorder(id).Dispose();
            }
            else
            {
                store.Delete(id);
            }
        }

        Task<RunStoreException> refused = Task.Run(() => Assert.Throws<RunStoreException>(Change));
        while (!refused.IsCompleted)
        {
            _folder.Sql("PRAGMA busy_timeout = 60000; UPDATE run SET heartbeat_ms = heartbeat_ms + 2000;");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Contains("is being trained", (await refused).Message, StringComparison.Ordinal);
        Assert.Single(store.ListRuns());
    }

    [Fact]
    public void Flush_RunWasDeletedUnderItsTrainer_SaysThatItIsGone()
    {
        using RunStore store = _folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        RunRecorder recorder = store.OpenRecorder(id);
        _folder.Sql("PRAGMA foreign_keys = ON; DELETE FROM run;");
        // The next run gets the key of the one that is gone, and must not get its values.
        string next = store.CreateRun(Example.Description()).Id;
        recorder.Scalar("training-loss", 1, 1);

        string message = Assert.Throws<RunStoreException>(recorder.Flush).Message;
        Assert.Equal(
            $"Run {id} is gone: it was deleted while this process trained it, and nothing more of it can be kept. "
            + "Train a new run.",
            message);
        Assert.Equal(message, Assert.Throws<RunStoreException>(() => recorder.Scalar("training-loss", 2, 1)).Message);
        recorder.Dispose();
        Assert.Empty(store.OpenReader(next).Metrics());
    }

    private static void AssertTrained(RunStore store, string id, string words)
    {
        Assert.Equal(RunStatus.Running, store.GetRun(id).Status);
        Assert.Contains(
            words, Assert.Throws<RunStoreException>(() => store.OpenRecorder(id)).Message, StringComparison.Ordinal);
        Assert.Contains(
            words, Assert.Throws<RunStoreException>(() => store.Delete(id)).Message, StringComparison.Ordinal);
        Assert.Contains(store.ListRuns(), run => run.Id == id);
    }

    /// <summary>A run that a process on another machine trains, whose locks do not reach here.</summary>
    private string TrainedElsewhere(FixedClock clock)
    {
        using RunStore store = _folder.Open(clock);
        string id = store.CreateRun(Example.Description()).Id;
        store.Dispose();
        File.WriteAllText(Path.Combine(store.Checkpoints.Folder, id + ".lock"), "another kernel\n");
        _folder.Sql("UPDATE run SET host = 'elsewhere';");
        return id;
    }
}
