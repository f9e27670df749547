using Backflow.Runs.Checkpoints;
using Backflow.Runs.Columns;
using Backflow.Runs.Recording;
using Backflow.Runs.Tests.Children;

namespace Backflow.Runs.Tests.Recording;

/// <summary>A run that takes a checkpoint after every step, is killed again and again, and goes on. The long campaign
/// is eng/kills.py.</summary>
public sealed class KillCampaignTests : IDisposable
{
    private const int Kills = 12;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Kill_AgainAndAgain_LeavesNoGap()
    {
        long saved = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            saved = TrainAndKill(saved, delayMs: 7 * kill);
        }

        using RunStore store = _folder.Open();
        RunReader reader = store.OpenReader("lstm-0001");
        long last = store.Checkpoints.LoadLatest("lstm-0001").Checkpoint.Step;
        Assert.InRange(last, saved, long.MaxValue);
        long[] steps = [.. Enumerable.Range(1, (int)last).Select(static step => (long)step)];
        Assert.Equal(steps, reader.Scalars("training-loss", new StepRange(0, last)).Steps);
        Assert.Equal(steps, reader.Rows("norm", layer: 0, new StepRange(0, last)).Steps);
        Assert.Equal(steps, reader.Samples(new StepRange(0, last)).Select(static sample => sample.Step));
        Assert.Equal(steps, reader.Events(new StepRange(0, last)).Select(static happened => happened.Step));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Kill_AndLoseTheWriteAheadLog_GoesOnFromTheNewestCheckpoint(bool cutOnly)
    {
        long saved = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            saved = TrainAndKill(saved, delayMs: 5 * kill);
            Lose(_folder.StorePath + "-wal", cutOnly);
            File.Delete(_folder.StorePath + "-shm");
            using RunStore store = _folder.Open();
            Assert.Equal("ok", _folder.Sql("PRAGMA integrity_check;"));
            Assert.InRange(store.Checkpoints.LoadLatest("lstm-0001").Checkpoint.Step, saved, saved + 1);
        }
    }

    [Fact]
    public void LoadLatest_StoreLostItsNewestEntries_FindsTheFilesAndSaysWhatIsMissing()
    {
        using RunStore store = _folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        using (RunRecorder recorder = store.OpenRecorder(id))
        {
            for (int step = 1; step <= 4; step++)
            {
                recorder.Scalar("training-loss", step, 1);
                recorder.Flush();
                store.Checkpoints.Save(id, step, [Child.Weights(step, 3)]);
            }
        }

        string folder = Path.Combine(store.Checkpoints.Folder, id);
        File.WriteAllText(Path.Combine(folder, "step-000000009.safetensors"), "cut short");
        _folder.Sql(
            "DELETE FROM checkpoint; DELETE FROM scalar WHERE step > 2; UPDATE run SET last_step = 2;"
            + "INSERT INTO checkpoint VALUES (1, 1, 'step-000000001.safetensors', 1, 'x', 1);");

        LoadedCheckpoint found = store.Checkpoints.LoadLatest(id);
        Assert.Equal(4, found.Checkpoint.Step);
        Assert.Equal([4f, 4, 4], found.Content.Find("weights").ToSingles());
        using (RunRecorder recorder = store.OpenRecorder(id))
        {
            recorder.DiscardAfter(4);
        }

        RunEvent lost = Assert.Single(store.OpenReader(id).Events());
        Assert.Equal((4L, "Values were lost"), (lost.Step, lost.Title));
        Assert.Contains("steps 3 to 4", lost.Text, StringComparison.Ordinal);
        Assert.Equal(4, store.Checkpoints.LoadLatest(id).Checkpoint.Step);
        Assert.False(File.Exists(Path.Combine(folder, "step-000000009.safetensors")));
    }

    /// <summary>A checkpoint that a rewind discarded must not come back as one that the store has lost.</summary>
    [Fact]
    public void DiscardAfter_EntriesCannotBeRemoved_HasRemovedTheFilesFirst()
    {
        using RunStore store = _folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        store.Checkpoints.Save(id, 1, [Child.Weights(1, 3)]);
        store.Checkpoints.Save(id, 2, [Child.Weights(2, 3)]);
        _folder.Sql("CREATE TRIGGER no BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'no'); END;");
        Assert.Throws<RunStoreException>(() => store.DiscardAfter(id, 1));
        Assert.Equal(1, store.Checkpoints.LoadLatest(id).Checkpoint.Step);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(11)]
    public void Kill_WhileCreating_LeavesNoEmptyDatabase(int delayMs)
    {
        using ChildProcess child = ChildProcess.Start(Child.CreateJob, Path.Combine(_folder.Folder, "made"));
        child.WaitFor("created", atLeast: 3);
        Thread.Sleep(delayMs);
        child.Kill("created");
        string[] stores = Directory.GetFiles(_folder.Folder, "*.db");
        Assert.True(stores.Length >= 3);
        foreach (string path in stores)
        {
            using RunStore store = RunStore.OpenExisting(path);
            Assert.Empty(store.ListRuns());
        }
    }

    private static void Lose(string path, bool cutOnly)
    {
        if (!cutOnly)
        {
            File.Delete(path);
        }
        else if (File.Exists(path))
        {
            using FileStream log = File.OpenWrite(path);
            log.SetLength(log.Length / 2);
        }
    }

    private long TrainAndKill(long saved, int delayMs)
    {
        using ChildProcess child = ChildProcess.Start(Child.TrainJob, _folder.StorePath);
        long reached = child.WaitFor("saved", saved + 1);
        Assert.InRange(reached, saved + 1, saved + 2);
        Thread.Sleep(delayMs);
        return Math.Max(reached, child.Kill("saved"));
    }
}
