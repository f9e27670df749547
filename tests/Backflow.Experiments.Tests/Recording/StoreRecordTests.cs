using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Xunit;

namespace Backflow.Experiments.Tests.Recording;

/// <summary>What training is told to be kept is in the store when it is told so.</summary>
public sealed class StoreRecordTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Flush_ValuesJustRecorded_AreAllInTheStore()
    {
        RunStore store = _temporary.Store;
        string id = store.CreateRun(Description()).Id;
        using StoreRecord record = new(store, id);
        RunReader reader = store.OpenReader(id);

        // Each round is read at once: a recorder that commits when it likes would have to be in time forty times.
        for (long step = 1; step <= 40; step++)
        {
            record.Scalar("loss", step, step);
            record.Row("row", 0, step, [step]);
            record.Sample(step, "text");
            record.Flush();
            Assert.Equal(step, reader.Scalars("loss").Steps[^1]);
            Assert.Equal(step, reader.Rows("row", 0).Steps[^1]);
            Assert.Equal(step, reader.Samples().Length);
        }
    }

    private static RunDescription Description() => new()
    {
        Prefix = "rnn",
        Task = "text",
        Cell = "rnn",
        ConfigurationJson = "{}",
        Seed = 1,
        ProductVersion = "1",
        Machine = "machine",
        CommandLine = "backflow train",
    };
}
