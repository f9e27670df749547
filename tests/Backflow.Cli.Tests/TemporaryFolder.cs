namespace Backflow.Cli.Tests;

/// <summary>A folder that lives as long as a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("backflow-cli-").FullName;

    public string Write(string name, string content)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, content);
        return path;
    }

    public string Write(string name, byte[] content)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>The newest checkpoint of a run.</summary>
    public string NewestCheckpoint(string run) => Directory
        .EnumerateFiles(System.IO.Path.Combine(Path, "runs", "backflow-checkpoints", run), "*.safetensors")
        .OrderDescending(StringComparer.Ordinal)
        .First();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
