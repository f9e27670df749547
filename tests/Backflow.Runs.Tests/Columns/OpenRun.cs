using Backflow.Runs.Columns;
using Backflow.Runs.Recording;

namespace Backflow.Runs.Tests.Columns;

/// <summary>A run in a store of its own, open for writing and for reading.</summary>
internal sealed class OpenRun : IDisposable
{
    public OpenRun(TimeProvider? clock = null, RecorderOptions? options = null)
    {
        Store = Folder.Open(clock);
        string id = Store.CreateRun(Example.Description()).Id;
        Recorder = Store.OpenRecorder(id, options);
        Reader = Store.OpenReader(id);
    }

    public TemporaryFolder Folder { get; } = new();

    public RunStore Store { get; }

    public RunRecorder Recorder { get; }

    public RunReader Reader { get; }

    public void Dispose()
    {
        Recorder.Dispose();
        Store.Dispose();
        Folder.Dispose();
    }
}
