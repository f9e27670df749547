using System.Collections.Immutable;

namespace Backflow.Runs.Columns;

/// <summary>One number per step, as two columns that a chart draws without a copy.</summary>
/// <param name="Metric">The name of the metric.</param>
/// <param name="Steps">[N], ascending.</param>
/// <param name="Values">[N]; NaN and infinities are values.</param>
public sealed record ScalarSeries(string Metric, ImmutableArray<long> Steps, ImmutableArray<double> Values)
{
    /// <summary>The number of steps, N.</summary>
    public int Count => Steps.Length;
}
