using System.Collections.Immutable;
using Backflow.Runs.Manifest;

namespace Backflow.Runs.Columns;

/// <summary>What came into a run since the last look.</summary>
/// <param name="Run">The manifest at this look.</param>
/// <param name="StartedOver">
/// True when steps were discarded since the last look: what was read before no longer holds, and this is the first part
/// of everything anew.
/// </param>
/// <param name="Scalars">The scalar metrics with new values.</param>
/// <param name="Rows">The row metrics with new values, one series per layer.</param>
/// <param name="Samples">New samples, oldest first.</param>
/// <param name="Events">New events, oldest first.</param>
public sealed record RunChanges(
    RunManifest Run,
    bool StartedOver,
    ImmutableArray<ScalarSeries> Scalars,
    ImmutableArray<RowSeries> Rows,
    ImmutableArray<RunSample> Samples,
    ImmutableArray<RunEvent> Events)
{
    /// <summary>Whether nothing came.</summary>
    public bool IsEmpty => Scalars.IsEmpty && Rows.IsEmpty && Samples.IsEmpty && Events.IsEmpty;
}
