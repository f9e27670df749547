using System.Runtime.Versioning;
using Backflow.Runs.Recording;
using Backflow.Tensors;

namespace Backflow.Runs.Tests.Store;

/// <summary>What a store makes is readable to its owner alone, whatever the process gives to files otherwise.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OwnerOnlyTests : IDisposable
{
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Store_WhileItIsWritten_GivesOthersNothing()
    {
        string folder = Path.Combine(_folder.Folder, "own");
        using RunStore store = RunStore.Open(Path.Combine(folder, "backflow.db"));
        string id = store.CreateRun(Example.Description()).Id;
        using RunRecorder recorder = store.OpenRecorder(id);
        recorder.Scalar("training-loss", 1, 1);
        recorder.Flush();
        store.Checkpoints.Save(id, 1, [Tensor.FromSingles("weights", [2], [1, 2])]);

        string[] made = [folder, .. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)];
        Assert.Contains(made, static path => path.EndsWith(".db-wal", StringComparison.Ordinal));
        Assert.Contains(made, static path => path.EndsWith(".safetensors", StringComparison.Ordinal));
        Assert.All(made, static path => Assert.True(
            (File.GetUnixFileMode(path) & OfOthers) == 0, $"{path} is {File.GetUnixFileMode(path)}."));
    }

    [Fact]
    public void Store_ThatIsShared_KeepsItsPermissions()
    {
        const UnixFileMode Shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        string path = Path.Combine(_folder.Folder, "backflow.db");
        RunStore.Open(path).Dispose();
        File.SetUnixFileMode(path, Shared);
        RunStore.Open(path).Dispose();
        Assert.Equal(Shared, File.GetUnixFileMode(path));
    }
}
