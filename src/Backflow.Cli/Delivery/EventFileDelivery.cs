using Backflow.Experiments.Figures;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli.Delivery;

/// <summary>Event files of TensorBoard: verdicts come into them with all else that the store has of a run.</summary>
/// <param name="runs">The store of the runs.</param>
/// <param name="folder">The folder that gets a folder for each run.</param>
internal sealed class EventFileDelivery(RunStore runs, string folder) : IVerdictDelivery
{
    private readonly LiveFigures _figures = new(runs, folder, TimeProvider.System);

    /// <inheritdoc/>
    public void Begin(string runId, long firstStep) => _figures.Begin(runId, firstStep);

    /// <inheritdoc/>
    public void Post(string runId, VerdictReport verdict)
    {
        // It is read from the store.
    }

    /// <inheritdoc/>
    public void Warn(string runId, string message)
    {
        // It is read from the store.
    }

    /// <inheritdoc/>
    public string? Finish(TimeSpan patience) => _figures.Finish();

    /// <inheritdoc/>
    public void Dispose() => _figures.Dispose();
}
