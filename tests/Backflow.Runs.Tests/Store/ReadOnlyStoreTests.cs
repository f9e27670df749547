using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Runs.Tests.Children;

namespace Backflow.Runs.Tests.Store;

/// <summary>Stores that can only be read: SQLite's own files cannot be made beside them.</summary>
public sealed class ReadOnlyStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // What SQLite opens there cannot be made, for the superuser neither.
    private string Nowhere => Path.Combine(_folder.Folder, "no", "such", "folder");

    private string SharedMemory => _folder.StorePath + "-shm";

    [Fact]
    public void OpenExisting_NothingCanBeMadeBesideIt_ReadsEverythingAndRefusesChanges()
    {
        string id = Recorded();
        File.CreateSymbolicLink(SharedMemory, Nowhere);
        using RunStore store = RunStore.OpenExisting(_folder.StorePath);
        Assert.True(store.IsReadOnly);
        Assert.Equal(RunStatus.Completed, Assert.Single(store.ListRuns()).Status);
        Assert.Equal([1L, 2, 3], store.OpenReader(id).Scalars("training-loss").Steps);
        Assert.Equal(3, store.Checkpoints.LoadLatest(id).Checkpoint.Step);
        foreach (Action change in (Action[])[
            () => store.Rename(id, "other"), () => store.SetPinned(id, true), () => store.Delete(id),
            () => store.OpenRecorder(id), () => store.CreateRun(Example.Description())])
        {
            Assert.Contains(
                _folder.StorePath, Assert.Throws<RunStoreException>(change).Message, StringComparison.Ordinal);
        }

        Assert.Equal(3, store.Checkpoints.LoadLatest(id).Checkpoint.Step);
        File.Delete(SharedMemory);
        store.Rename(id, "other");
        Assert.False(store.IsReadOnly);
        Assert.Equal("other", store.GetRun(id).Name);
    }

    [Fact]
    public void OpenExisting_LeftOverLogThatCannotBeOpened_IsReadFromACopy()
    {
        string copy = Path.Combine(_folder.Folder, "archive", "backflow.db");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        using (RunStore trainer = _folder.Open())
        {
            using RunRecorder recorder = trainer.OpenRecorder(trainer.CreateRun(Example.Description()).Id);
            recorder.Scalar("training-loss", 1, 1);
            recorder.Flush();
            File.Copy(_folder.StorePath, copy);
            File.Copy(_folder.StorePath + "-wal", copy + "-wal");
        }

        File.CreateSymbolicLink(copy + "-shm", Nowhere);
        byte[] before = File.ReadAllBytes(copy);
        using (RunStore store = RunStore.OpenExisting(copy))
        {
            Assert.True(store.IsReadOnly);
            Assert.Equal([1L], store.OpenReader("lstm-0001").Scalars("training-loss").Steps);
        }

        Assert.Equal(before, File.ReadAllBytes(copy));
    }

    [Fact]
    public void OpenExisting_FirstVersionThatCannotBeUpgraded_IsRead()
    {
        Recorded();
        _folder.Sql(Example.ToFirstVersion);
        File.CreateSymbolicLink(SharedMemory, Nowhere);
        using RunStore store = RunStore.OpenExisting(_folder.StorePath);
        Assert.False(Assert.Single(store.ListRuns()).IsPinned);
        Assert.Equal(1, store.ListOverviews(["training-loss"])[0].Newest[0]);
    }

    /// <summary>The kernel refuses every byte: nothing can be made beside the store.</summary>
    [Fact]
    public void OpenExisting_FullDisk_ReadsAndSaysWhatIsMissing()
    {
        Recorded();
        using ChildProcess child = ChildProcess.StartOnSmallDisk(Child.ReadJob, _folder.StorePath, longestFileInKiB: 8);
        Assert.Equal(3, child.WaitFor("read", atLeast: 3));
        (int exitCode, string failure) = child.WaitForFailure();
        Assert.Equal(Child.FullDisk, exitCode);
        Assert.Contains("space", failure, StringComparison.Ordinal);
    }

    /// <summary>On a full disk the files of a run are the space in which its rows can be deleted.</summary>
    [Fact]
    public void Delete_RowsCannotBeDeleted_HasDeletedTheFilesAndCanBeTriedAgain()
    {
        string id = Recorded();
        _folder.Sql("CREATE TRIGGER full BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'full'); END;");
        using RunStore store = _folder.Open();
        Assert.Throws<RunStoreException>(() => store.Delete(id));
        Assert.False(Directory.Exists(Path.Combine(store.Checkpoints.Folder, id)));
        Assert.Single(store.ListRuns());

        _folder.Sql("DROP TRIGGER full;");
        store.Delete(id);
        Assert.Empty(store.ListRuns());
        Assert.Empty(Directory.GetFileSystemEntries(store.Checkpoints.Folder));
    }

    private string Recorded()
    {
        using RunStore store = _folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        using RunRecorder recorder = store.OpenRecorder(id);
        for (int step = 1; step <= 3; step++)
        {
            recorder.Scalar("training-loss", step, 1);
        }

        recorder.Flush();
        store.Checkpoints.Save(id, 3, [Child.Weights(3, 10)]);
        recorder.Finish(RunStatus.Completed);
        return id;
    }
}
