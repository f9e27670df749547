using Backflow.Runs.Checkpoints;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Runs.Store;
using Backflow.Runs.Tests.Children;
using Microsoft.Win32.SafeHandles;

namespace Backflow.Runs.Tests.Checkpoints;

/// <summary>
/// What survives the loss of power: file, folder and database are forced to the disk, and in this order.
/// </summary>
public sealed class DurabilityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_Checkpoint_ForcesFileThenNameThenFolderThenDatabase()
    {
        using RunStore store = _folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        RecordingDisk disk = new(() => store.Checkpoints.List(id).Length);
        store.Checkpoints.Disk = disk;
        Checkpoint saved = store.Checkpoints.Save(id, 7, [Child.Weights(7, 100)]);

        string name = Path.GetFileName(saved.Path);
        Assert.Equal(
            [
                $"file {name}.tmp of {saved.Bytes} bytes, 0 known",
                $"name {name}.tmp → {name}, 0 known",
                $"folder {id} with {name}, 0 known",
            ],
            disk.Calls);
        AssertInFile(1, "SELECT COUNT(*) FROM checkpoint;");
    }

    [Fact]
    public void Finish_Run_ForcesTheDatabase()
    {
        using RunStore store = _folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        store.Finish(id, RunStatus.Completed);
        AssertInFile(1, "SELECT COUNT(*) FROM run WHERE status = 'completed';");
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void Write_Durable_IsCommittedWithFullSynchronisation(bool durable, long expected)
    {
        _folder.Open().Dispose();
        StoreDatabase database = new(_folder.StorePath, TimeSpan.FromSeconds(10));
        Assert.Equal(
            expected, database.Write(static connection => connection.QueryInt64("PRAGMA synchronous;"), durable));
        database.Close();
    }

    [Fact]
    public void Create_Store_ForcesItsNameOnceItIsWhole()
    {
        RecordingDisk disk = new(() => Directory.GetFiles(_folder.Folder, "*-wal").Length);
        StoreCreation.CreateWhereMissing(_folder.StorePath, disk);
        Assert.Equal(2, disk.Calls.Count);
        Assert.Matches("^name backflow.db.*.new → backflow.db, 0 known$", disk.Calls[0]);
        Assert.Equal($"folder {Path.GetFileName(_folder.Folder)} with backflow.db, 0 known", disk.Calls[1]);
        AssertInFile(StoreSchema.Version, "PRAGMA user_version;");
    }

    [Fact]
    public void OpenRecorder_NewRun_IsInTheFileItself()
    {
        using RunStore store = _folder.Open();
        using RunRecorder recorder = store.OpenRecorder(store.CreateRun(Example.Description()).Id);
        AssertInFile(1, "SELECT COUNT(*) FROM run;");
    }

    [Fact]
    public void Real_FilesAndFolders_AreForcedByTheSystem()
    {
        Assert.Equal(!OperatingSystem.IsWindows(), Disk.Real.FlushFolder(_folder.Folder));
        Assert.False(Disk.Real.FlushFolder(Path.Combine(_folder.Folder, "missing")));

        // Linux has nothing to force there and says so: the call reaches the system.
        Assert.False(OperatingSystem.IsLinux() && Disk.Real.FlushFolder("/proc"));

        // A handle that is closed cannot be forced: the call reaches the system.
        SafeFileHandle closed = File.OpenHandle(
            Path.Combine(_folder.Folder, "file"), FileMode.Create, FileAccess.Write);
        closed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Disk.Real.FlushFile(closed, "file"));
    }

    /// <summary>The file alone, without its log, has it.</summary>
    private void AssertInFile(long expected, string question)
    {
        using TemporaryFolder copy = new();
        File.Copy(_folder.StorePath, copy.StorePath);
        Assert.Equal(expected, copy.Sql(question));
    }
}
