using Backflow.Runs;

namespace Backflow.Experiments.Tests;

/// <summary>A run store in a folder of its own, which is gone afterwards.</summary>
internal sealed class TemporaryStore : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-").FullName;

    public TemporaryStore() => Store = RunStore.Open(Path.Combine(_folder, "backflow.db"));

    public RunStore Store { get; }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
