using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Tensors;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Tests.Recording;

public sealed class RunRecorderTests : IDisposable
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    /// <summary>After which something that should happen never will, also on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Writes nothing, and no sign of life either, before it is told to.</summary>
    private static readonly RecorderOptions Silent = new() { CommitInterval = Never, HeartbeatInterval = Never };

    private readonly TemporaryFolder _folder = new();
    private readonly RunStore _store;
    private readonly string _id;

    public RunRecorderTests()
    {
        _store = _folder.Open();
        _id = _store.CreateRun(Example.Description()).Id;
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Flush_EverythingRecordedBefore_IsCommitted()
    {
        using RunRecorder recorder = _store.OpenRecorder(_id, new RecorderOptions { CommitInterval = Never });
        recorder.Scalar("loss", 7, 1.5);
        recorder.Flush();
        Assert.Equal([1.5], _store.OpenReader(_id).Scalars("loss").Values);
        Assert.Equal(7, _store.GetRun(_id).LastStep);
    }

    [Fact]
    public void Flush_NothingRecorded_ReturnsAndLeavesLastStepOpen()
    {
        using RunRecorder recorder = _store.OpenRecorder(_id);
        recorder.Flush();
        Assert.Null(_store.GetRun(_id).LastStep);
    }

    [Fact]
    public void Scalar_WithoutAnyFlush_IsCommittedByItself()
    {
        using RunRecorder recorder = _store.OpenRecorder(_id);
        recorder.Scalar("loss", 1, 1);
        AssertSoon(() => _store.OpenReader(_id).Scalars("loss").Count == 1);
    }

    [Fact]
    public void Scalar_FullBatch_IsCommittedBeforeTheInterval()
    {
        using RunRecorder recorder = _store.OpenRecorder(
            _id, new RecorderOptions { CommitInterval = Never, BatchSize = 10 });
        for (int step = 1; step <= 10; step++)
        {
            recorder.Scalar("loss", step, 1);
        }

        AssertSoon(() => _store.OpenReader(_id).Scalars("loss").Count == 10);
    }

    [Fact]
    public void Dispose_WaitingValues_AreWritten()
    {
        using (RunRecorder recorder = _store.OpenRecorder(_id, new RecorderOptions { CommitInterval = Never }))
        {
            for (int step = 1; step <= 100_000; step++)
            {
                recorder.Scalar("loss", step, step);
            }
        }

        Assert.Equal(100_000, _store.OpenReader(_id).Scalars("loss").Count);
    }

    [Fact]
    public void Dispose_WithoutFinish_InterruptsTheRun()
    {
        _store.OpenRecorder(_id).Dispose();
        Assert.Equal(RunStatus.Interrupted, _store.GetRun(_id).Status);
    }

    [Fact]
    public void Finish_Completed_StaysSoAfterDispose()
    {
        using (RunRecorder recorder = _store.OpenRecorder(_id))
        {
            recorder.Scalar("loss", 3, 1);
            recorder.Finish(RunStatus.Completed, trainingLoss: 0.5, validationLoss: 0.75);
        }

        RunManifest run = _store.GetRun(_id);
        Assert.Equal(
            (RunStatus.Completed, 3, 0.5, 0.75),
            (run.Status, run.LastStep, run.FinalTrainingLoss, run.FinalValidationLoss));
    }

    [Fact]
    public void Row_SlowDisk_IsDroppedAndCountedAndAllElseIsKept()
    {
        using ManualResetEventSlim disk = new(initialState: false);
        RecorderOptions options = new() { RowCapacity = 8, CommitInterval = TimeSpan.FromMilliseconds(1) };
        using (RunRecorder recorder = _store.OpenRecorder(_id, options, disk.Wait))
        {
            for (int step = 1; step <= 20; step++)
            {
                recorder.Row("norm", layer: 0, step, [step]);
                recorder.Scalar("loss", step, step);
                recorder.Sample(step, "text");
                recorder.Event(step, RunEventLevel.Warning, "title", "text");
            }

            Assert.Equal(12, recorder.DroppedRows);
            disk.Set();
            recorder.Flush();
        }

        RunReader reader = _store.OpenReader(_id);
        Assert.Equal(Enumerable.Range(1, 8).Select(step => (long)step), reader.Rows("norm", layer: 0).Steps);
        Assert.Equal(20, reader.Scalars("loss").Count);
        Assert.Equal(20, reader.Samples().Length);
        Assert.Equal(20, reader.Events().Length);
        Assert.Equal(12, _store.GetRun(_id).DroppedRows);
    }

    [Fact]
    public void Row_CallersBuffer_MayBeUsedAgainAtOnce()
    {
        using RunRecorder recorder = _store.OpenRecorder(_id, new RecorderOptions { CommitInterval = Never });
        float[] buffer = new float[5];
        for (int step = 1; step <= 50; step++)
        {
            buffer.AsSpan().Fill(step);
            recorder.Row("norm", layer: 0, step, buffer.AsSpan(0, 1 + (step % 5)));
        }

        recorder.Flush();
        RowSeries rows = _store.OpenReader(_id).Rows("norm", layer: 0);
        for (int i = 0; i < rows.Count; i++)
        {
            long step = rows.Steps[i];
            Assert.Equal(Enumerable.Repeat((float)step, (int)(1 + (step % 5))), rows.Row(i).ToArray());
        }
    }

    [Fact]
    public void ScalarAndRow_OnceWarm_AllocateNextToNothing()
    {
        const int Steps = 1_000;
        // A value costs no object; what remains is the queue growing by a segment now and then.
        const double BytesPerStep = 8;
        // The writer comes only when it is told to, so that as much waits for it in every pass.
        using RunRecorder recorder = _store.OpenRecorder(
            _id, new RecorderOptions { CommitInterval = Never, BatchSize = int.MaxValue });
        float[] row = new float[128];
        void Record(int first)
        {
            for (int step = first; step < first + Steps; step++)
            {
                recorder.Scalar("loss", step, step);
                recorder.Row("norm", layer: 0, step, row);
            }

            recorder.Flush();
        }

        Record(0);
        Record(Steps);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Record(2 * Steps);
        double allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Steps;
        Assert.True(allocated <= BytesPerStep, $"{allocated} bytes per step; expected at most {BytesPerStep}.");
    }

    [Fact]
    public void Scalar_SameStepTwice_KeepsTheLaterValue()
    {
        using RunRecorder recorder = _store.OpenRecorder(_id);
        recorder.Scalar("loss", 1, 1);
        recorder.Scalar("loss", 1, 2);
        recorder.Flush();
        Assert.Equal([2.0], _store.OpenReader(_id).Scalars("loss").Values);
    }

    [Fact]
    public void DiscardAfter_Step_RemovesWhatCameLaterAndCheckpointsToo()
    {
        using RunRecorder recorder = _store.OpenRecorder(_id);
        for (int step = 1; step <= 10; step++)
        {
            recorder.Scalar("loss", step, step);
            recorder.Row("norm", layer: 0, step, [1]);
            recorder.Row("norm", layer: 1, step, [1]);
            recorder.Sample(step, "text");
            recorder.Event(step, RunEventLevel.Information, "title", "text");
        }

        recorder.Flush();
        foreach (int step in (int[])[4, 8])
        {
            _store.Checkpoints.Save(_id, step, [Tensor.FromSingles("w", [1], [step])]);
        }

        recorder.DiscardAfter(4);

        RunReader reader = _store.OpenReader(_id);
        Assert.Equal(4, reader.Scalars("loss").Steps[^1]);
        Assert.Equal(4, reader.Rows("norm", layer: 0).Steps[^1]);
        Assert.Equal(4, reader.Rows("norm", layer: 1).Steps[^1]);
        Assert.Equal(4, reader.Samples()[^1].Step);
        Assert.Equal(4, reader.Events()[^1].Step);
        Assert.Equal(4, _store.Checkpoints.LoadLatest(_id).Checkpoint.Step);
        Assert.Single(Directory.GetFiles(Path.Combine(_store.Checkpoints.Folder, _id)));
        Assert.Equal((4, 1), (_store.GetRun(_id).LastStep, _store.GetRun(_id).Rewinds));

        recorder.Scalar("loss", 5, 50);
        recorder.Flush();
        Assert.Equal([1.0, 2, 3, 4, 50], reader.Scalars("loss").Values);
        Assert.Equal(5, _store.GetRun(_id).LastStep);
    }

    [Fact]
    public void DiscardAfter_Step_LeavesOtherRunsAlone()
    {
        string other = _store.CreateRun(Example.Description()).Id;
        using (RunRecorder recorder = _store.OpenRecorder(other))
        {
            recorder.Scalar("loss", 9, 1);
        }

        _store.DiscardAfter(_id, 1);
        Assert.Equal(1, _store.OpenReader(other).Scalars("loss").Count);
    }

    [Fact]
    public void Flush_StoreLockedByAnother_SaysSoAndSoDoesTheNextCall()
    {
        using RunStore impatient = RunStore.Open(_folder.StorePath, TimeProvider.System, TimeSpan.FromMilliseconds(50));
        string id = impatient.CreateRun(Example.Description()).Id;
        using RunRecorder recorder = impatient.OpenRecorder(id, Silent);
        recorder.Scalar("loss", 1, 1);
        recorder.Flush();
        using SqliteConnection shell = new($"Data Source={_folder.StorePath};Pooling=False");
        shell.Open();
        using (SqliteTransaction transaction = shell.BeginTransaction())
        {
            recorder.Scalar("loss", 2, 1);
            RunStoreException failure = Assert.Throws<RunStoreException>(recorder.Flush);
            Assert.Contains("Another process holds", failure.Message, StringComparison.Ordinal);
        }

        Assert.Throws<RunStoreException>(() => recorder.Scalar("loss", 3, 1));
        Assert.Throws<RunStoreException>(() => recorder.Row("norm", layer: 0, step: 3, [1]));
        Assert.Throws<RunStoreException>(recorder.Flush);
        Assert.Equal([1L], _store.OpenReader(id).Scalars("loss").Steps);
    }

    [Fact]
    public void Dispose_FailureThatNoCallWasToldOf_Throws()
    {
        using RunStore impatient = RunStore.Open(_folder.StorePath, TimeProvider.System, TimeSpan.FromMilliseconds(50));
        RunRecorder recorder = impatient.OpenRecorder(impatient.CreateRun(Example.Description()).Id, Silent);
        using SqliteConnection shell = new($"Data Source={_folder.StorePath};Pooling=False");
        shell.Open();
        using SqliteTransaction transaction = shell.BeginTransaction();
        recorder.Scalar("loss", 2, 1);
        Assert.Throws<RunStoreException>(recorder.Dispose);
        recorder.Dispose();
    }

    [Fact]
    public void OpenRecorder_Twice_IsRefusedUntilTheFirstIsDisposed()
    {
        using (RunRecorder recorder = _store.OpenRecorder(_id))
        {
            Assert.Throws<InvalidOperationException>(() => _store.OpenRecorder(_id));
        }

        _store.OpenRecorder(_id).Dispose();
    }

    [Fact]
    public void Record_WrongArguments_AreRefused()
    {
        RunRecorder recorder = _store.OpenRecorder(_id);
        Assert.Throws<ArgumentOutOfRangeException>(() => recorder.Scalar("loss", -1, 1));
        Assert.Throws<ArgumentException>(() => recorder.Scalar("", 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => recorder.Row("norm", layer: 0, step: 1, []));
        recorder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => recorder.Scalar("loss", 1, 1));
        Assert.Throws<ObjectDisposedException>(recorder.Flush);
    }

    [Fact]
    public void Heartbeat_IdleRecorder_IsRenewed()
    {
        FixedClock clock = new();
        using RunStore store = _folder.Open(clock);
        string id = store.CreateRun(Example.Description()).Id;
        using RunRecorder recorder = store.OpenRecorder(
            id,
            new RecorderOptions
            {
                CommitInterval = TimeSpan.FromMilliseconds(5),
                HeartbeatInterval = TimeSpan.FromMilliseconds(5),
            });
        clock.Now += TimeSpan.FromHours(1);
        AssertSoon(() => store.GetRun(id).Heartbeat == clock.Now);
    }

    private static void AssertSoon(Func<bool> condition) => Assert.True(
        SpinWait.SpinUntil(condition, Patience), "It never happened.");
}
