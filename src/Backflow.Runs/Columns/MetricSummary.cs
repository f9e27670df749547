using System.Collections.Immutable;

namespace Backflow.Runs.Columns;

/// <summary>A metric that a run has values of.</summary>
/// <param name="Kind">Scalar or row.</param>
/// <param name="Name">Its name, such as recurrent-gradient-norm.</param>
/// <param name="Layers">The layers that rows exist for, ascending; empty for a scalar.</param>
/// <param name="FirstStep">The oldest step with a value.</param>
/// <param name="LastStep">The newest step with a value.</param>
public sealed record MetricSummary(
    MetricKind Kind, string Name, ImmutableArray<int> Layers, long FirstStep, long LastStep);
