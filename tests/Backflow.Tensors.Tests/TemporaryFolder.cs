namespace Backflow.Tensors.Tests;

/// <summary>A folder of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("backflow-tensors-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
