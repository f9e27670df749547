using System.Collections.Immutable;

namespace Backflow.Runs.Columns;

/// <summary>One row of numbers per step, of one layer: what a heatmap is made of.</summary>
/// <param name="Metric">The name of the metric.</param>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Steps">[N], ascending.</param>
/// <param name="Offsets">[N + 1]: row i lies in Values from Offsets[i] to Offsets[i + 1].</param>
/// <param name="Values">Every row, one after the other; NaN and infinities are values.</param>
public sealed record RowSeries(
    string Metric, int Layer, ImmutableArray<long> Steps, ImmutableArray<int> Offsets, ImmutableArray<float> Values)
{
    /// <summary>The number of steps, N.</summary>
    public int Count => Steps.Length;

    /// <summary>One row.</summary>
    /// <param name="index">Its place in <see cref="Steps"/>.</param>
    /// <returns>[T], where T is what was recorded at that step.</returns>
    public ReadOnlySpan<float> Row(int index) => Values.AsSpan()[Offsets[index]..Offsets[index + 1]];
}
