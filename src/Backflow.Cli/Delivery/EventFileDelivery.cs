using Backflow.Experiments.Figures;
using Backflow.Runs;

namespace Backflow.Cli.Delivery;

/// <summary>Event files of TensorBoard: what they say of a run, verdicts too, is read from its store.</summary>
/// <param name="runs">The store of the runs.</param>
/// <param name="folder">The folder that gets a folder for each run.</param>
internal sealed class EventFileDelivery(RunStore runs, string folder) : IVerdictDelivery
{
    private readonly LiveFigures _figures = new(runs, folder, TimeProvider.System);

    /// <inheritdoc/>
    public void Begin(string runId, long firstStep) => _figures.Begin(runId, firstStep);

    /// <inheritdoc/>
    public string? Finish(TimeSpan patience) => _figures.Finish();

    /// <inheritdoc/>
    public void Dispose() => _figures.Dispose();
}
