using System.Collections.Immutable;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Tests.Children;
using Backflow.Tensors;

namespace Backflow.Runs.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FixedClock _clock = new();
    private readonly RunStore _store;
    private readonly string _id;

    public CheckpointStoreTests()
    {
        _store = _folder.Open(_clock);
        _id = _store.CreateRun(Example.Description()).Id;
    }

    private string RunFolder => Path.Combine(_folder.Folder, "backflow-checkpoints", _id);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Save_Tensors_ComeBackFromLoadLatest()
    {
        ImmutableDictionary<string, string> metadata = ImmutableDictionary<string, string>.Empty.Add("step", "1000");
        Checkpoint saved = _store.Checkpoints.Save(_id, 1_000, [Weights(1_000)], metadata);
        Assert.Equal(Path.Combine(RunFolder, "step-000001000.safetensors"), saved.Path);
        Assert.Equal((_id, 1_000, _clock.Now), (saved.RunId, saved.Step, saved.Created));
        Assert.Equal(new FileInfo(saved.Path).Length, saved.Bytes);

        LoadedCheckpoint loaded = _store.Checkpoints.LoadLatest(_id);
        Assert.Equal("1000", loaded.Content.Metadata["step"]);
        Assert.Equal([1_000f, 1_001f], loaded.Content.Find("weights").ToSingles());
        Assert.Equal(1_000, _store.Checkpoints.Load(_id, 1_000).Checkpoint.Step);
    }

    [Fact]
    public void Save_ManySteps_KeepsTheNewestAndThePinned()
    {
        for (int step = 1; step <= 6; step++)
        {
            _store.Checkpoints.Save(_id, step, [Weights(step)]);
            if (step == 2)
            {
                _store.Checkpoints.Pin(_id, step, "best");
            }
        }

        Assert.Equal([6L, 5, 2], _store.Checkpoints.List(_id).Select(checkpoint => checkpoint.Step));
        Assert.Equal(["best"], _store.Checkpoints.List(_id)[2].Pins);
        Assert.Equal(3, Directory.GetFiles(RunFolder).Length);

        _store.Checkpoints.Pin(_id, 6, "best");
        _store.Checkpoints.Save(_id, 7, [Weights(7)]);
        Assert.Equal([7L, 6], _store.Checkpoints.List(_id).Select(checkpoint => checkpoint.Step));

        _store.Checkpoints.Save(_id, 8, [Weights(8)], keepNewest: 1);
        Assert.Equal([8L, 6], _store.Checkpoints.List(_id).Select(checkpoint => checkpoint.Step));
    }

    [Fact]
    public void Save_SameStepAgain_ReplacesIt()
    {
        _store.Checkpoints.Save(_id, 5, [Weights(5)]);
        _store.Checkpoints.Pin(_id, 5, "best");
        _store.Checkpoints.Save(_id, 5, [Weights(50)]);

        Checkpoint only = Assert.Single(_store.Checkpoints.List(_id));
        Assert.Equal(["best"], only.Pins);
        Assert.Equal([Path.Combine(RunFolder, "step-000000005-2.safetensors")], Directory.GetFiles(RunFolder));
        Assert.Equal([50f, 51f], _store.Checkpoints.LoadLatest(_id).Content.Find("weights").ToSingles());
    }

    [Fact]
    public void Save_FullDisk_LeavesTheEarlierOneAndNothingElse()
    {
        _store.Checkpoints.Save(_id, 1, [Weights(1)]);
        _store.Checkpoints.Interpose = file => new FullDisk(file, capacity: 50);
        RunStoreException failure = Assert.Throws<RunStoreException>(
            () => _store.Checkpoints.Save(_id, 2, [Weights(2)]));

        Assert.Equal(
            $"The checkpoint of run {_id} at step 2 could not be written (No space left on device); the one of step 1 "
            + $"is intact. Free some space in {RunFolder}, then go on with the run.",
            failure.Message);
        Assert.Equal([Path.Combine(RunFolder, "step-000000001.safetensors")], Directory.GetFiles(RunFolder));
        Assert.Equal(1, _store.Checkpoints.LoadLatest(_id).Checkpoint.Step);

        _store.Checkpoints.Interpose = null;
        Assert.Equal(2, _store.Checkpoints.Save(_id, 2, [Weights(2)]).Step);
    }

    [Fact]
    public void Save_FullDiskAtTheFirst_SaysThatThereIsNone()
    {
        _store.Checkpoints.Interpose = file => new FullDisk(file, capacity: 0);
        RunStoreException failure = Assert.Throws<RunStoreException>(
            () => _store.Checkpoints.Save(_id, 1, [Weights(1)]));
        Assert.Contains("there is no earlier one", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(RunFolder));
    }

    [Fact]
    public void Save_TwoTensorsOfOneName_LeavesNothing()
    {
        Assert.Throws<ArgumentException>(() => _store.Checkpoints.Save(_id, 1, [Weights(1), Weights(2)]));
        Assert.Empty(Directory.GetFiles(RunFolder));
    }

    [Fact]
    public void LoadLatest_NoCheckpoint_SaysSo()
    {
        Assert.Throws<RunStoreException>(() => _store.Checkpoints.LoadLatest(_id));
        Assert.Throws<RunStoreException>(() => _store.Checkpoints.Load(_id, 1));
        Assert.Throws<RunNotFoundException>(() => _store.Checkpoints.LoadLatest("lstm-9999"));
        Assert.Throws<RunStoreException>(() => _store.Checkpoints.Pin(_id, 1, "best"));
    }

    [Theory]
    [InlineData("cut", "cut short")]
    [InlineData("flip", "its SHA-256 is not")]
    [InlineData("empty", "is empty")]
    public void LoadLatest_DamagedFile_NamesItTheFactAndAnIntactOne(string damage, string fact)
    {
        _store.Checkpoints.Save(_id, 1, [Weights(1)]);
        string path = _store.Checkpoints.Save(_id, 2, [Weights(2)]).Path;
        Damage(path, damage);

        string message = Assert.Throws<RunFormatException>(() => _store.Checkpoints.LoadLatest(_id)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(fact, message, StringComparison.Ordinal);
        Assert.EndsWith(
            $"The checkpoint of step 1 is intact: go on from there.",
            message,
            StringComparison.Ordinal);
        Assert.Equal(1, _store.Checkpoints.Load(_id, 1).Checkpoint.Step);
    }

    [Fact]
    public void LoadLatest_FilesAreMissing_LoadsTheNewestThatIsThere()
    {
        string[] paths = [.. new[] { 1, 2 }.Select(step => _store.Checkpoints.Save(_id, step, [Weights(step)]).Path)];
        File.Delete(paths[1]);
        Assert.Equal(1, _store.Checkpoints.LoadLatest(_id).Checkpoint.Step);
        File.Delete(paths[0]);
        Assert.Contains(
            "is missing. No older checkpoint is intact",
            Assert.Throws<RunFormatException>(() => _store.Checkpoints.LoadLatest(_id)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void LoadLatest_AllDamaged_SaysThatNoneIsIntact()
    {
        Damage(_store.Checkpoints.Save(_id, 1, [Weights(1)]).Path, "flip");
        Damage(_store.Checkpoints.Save(_id, 2, [Weights(2)]).Path, "cut");
        Assert.Contains(
            "No older checkpoint is intact",
            Assert.Throws<RunFormatException>(() => _store.Checkpoints.LoadLatest(_id)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void List_StoreNamesAFileElsewhere_IsRefused()
    {
        _store.Checkpoints.Save(_id, 1, [Weights(1)]);
        _folder.Sql("UPDATE checkpoint SET file = '../../outside';");
        Assert.Throws<RunFormatException>(() => _store.Checkpoints.List(_id));
    }

    [Fact]
    public void OpenRecorder_LeftOvers_AreRemovedAndForeignFilesStay()
    {
        _store.Checkpoints.Save(_id, 1, [Weights(1)]);
        string[] leftOvers = ["step-000000002.safetensors.tmp", "step-000000003.safetensors"];
        foreach (string name in (string[])[.. leftOvers, "notes.txt"])
        {
            File.WriteAllText(Path.Combine(RunFolder, name), "");
        }

        _store.OpenRecorder(_id).Dispose();
        Assert.Equal(
            ["notes.txt", "step-000000001.safetensors"],
            Directory.GetFiles(RunFolder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Checkpoints_TwoStoresInOneFolder_DoNotShareFiles()
    {
        using RunStore other = RunStore.Open(Path.Combine(_folder.Folder, "other.db"));
        string same = other.CreateRun(Example.Description()).Id;
        Assert.Equal(_id, same);
        _store.Checkpoints.Save(_id, 1, [Weights(1)]);
        other.OpenRecorder(same).Dispose();
        Assert.Equal(1, _store.Checkpoints.LoadLatest(_id).Checkpoint.Step);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(17)]
    public void Kill_WhileSaving_LeavesAnIntactCheckpoint(int delayMs)
    {
        using ChildProcess child = ChildProcess.Start(Child.CheckpointJob, _folder.StorePath);
        long saved = child.WaitFor("saved", atLeast: 3);
        Thread.Sleep(delayMs);
        saved = Math.Max(saved, child.Kill("saved"));

        LoadedCheckpoint loaded = _store.Checkpoints.LoadLatest(child.RunId);
        Assert.InRange(loaded.Checkpoint.Step, saved, saved + 1);
        Assert.Equal(
            Enumerable.Repeat((float)loaded.Checkpoint.Step, Child.CheckpointFloats),
            loaded.Content.Find("weights").ToSingles());

        _store.OpenRecorder(child.RunId).Dispose();
        Assert.Equal(
            _store.Checkpoints.List(child.RunId).Select(checkpoint => checkpoint.Path).Order(),
            Directory.GetFiles(Path.Combine(_store.Checkpoints.Folder, child.RunId)).Order());
    }

    private static Tensor Weights(float first) => Tensor.FromSingles("weights", [2], [first, first + 1]);

    private static void Damage(string path, string damage)
    {
        byte[] bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "cut":
                File.WriteAllBytes(path, bytes[..^1]);
                break;
            case "flip":
                bytes[^1] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            default:
                File.WriteAllBytes(path, []);
                break;
        }
    }
}
