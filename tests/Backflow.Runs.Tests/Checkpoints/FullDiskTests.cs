using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Tests.Children;

namespace Backflow.Runs.Tests.Checkpoints;

/// <summary>The real thing: the kernel refuses the write. A limit on the length of files needs no root.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int LongestFileInKiB = 2_048;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_KernelRefusesTheWrite_LeavesTheEarlierCheckpointAndSaysHowToGoOn()
    {
        using ChildProcess child = ChildProcess.StartOnSmallDisk(
            Child.FillWithCheckpointJob, _folder.StorePath, LongestFileInKiB);
        (int exitCode, string failure) = child.WaitForFailure();
        Assert.Equal(Child.FullDisk, exitCode);
        Assert.StartsWith(
            $"The checkpoint of run {child.RunId} at step 2 could not be written", failure, StringComparison.Ordinal);
        Assert.Contains("the one of step 1 is intact", failure, StringComparison.Ordinal);
        Assert.EndsWith("then go on with the run.", failure, StringComparison.Ordinal);

        using RunStore store = _folder.Open();
        Assert.Equal(1, store.Checkpoints.LoadLatest(child.RunId).Checkpoint.Step);
        Assert.Single(Directory.GetFiles(Path.Combine(store.Checkpoints.Folder, child.RunId)));
    }

    [Fact]
    public void Record_KernelRefusesTheWrite_TrainingHearsOfItAndAPrefixIsKept()
    {
        using ChildProcess child = ChildProcess.StartOnSmallDisk(
            Child.FillWithRowsJob, _folder.StorePath, LongestFileInKiB);
        (int exitCode, string failure) = child.WaitForFailure();
        Assert.Equal(Child.FullDisk, exitCode);
        Assert.Contains(_folder.StorePath, failure, StringComparison.Ordinal);
        Assert.EndsWith("then go on.", failure, StringComparison.Ordinal);

        using RunStore store = _folder.Open();
        Assert.Equal("ok", _folder.Sql("PRAGMA integrity_check;"));
        Assert.Equal(RunStatus.Interrupted, store.GetRun(child.RunId).Status);
        ScalarSeries losses = store.OpenReader(child.RunId).Scalars("training-loss");
        Assert.True(losses.Count > 50, $"Only {losses.Count} steps were kept.");
        Assert.Equal(Enumerable.Range(1, losses.Count).Select(step => (long)step), losses.Steps);
    }
}
