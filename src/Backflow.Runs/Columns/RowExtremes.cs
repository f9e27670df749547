using System.Collections.Immutable;

namespace Backflow.Runs.Columns;

/// <summary>A picture of a row metric: exact rows, or the greatest and least value of each bucket of steps.</summary>
/// <param name="FirstSteps">[N], the oldest step in each column, ascending.</param>
/// <param name="LastSteps">[N], the newest one.</param>
/// <param name="Lengths">[N], the values of the longest row in each column.</param>
/// <param name="Height">The longest row of all, T; 0 without rows.</param>
/// <param name="Maximum">
/// [N, T], the greatest value; where a bucket has values that are not finite, the first of these. NaN behind the end of
/// a row.
/// </param>
/// <param name="Minimum">[N, T], the least finite value, else as above; empty where each column is one exact
/// row.</param>
public sealed record RowExtremes(
    ImmutableArray<long> FirstSteps,
    ImmutableArray<long> LastSteps,
    ImmutableArray<int> Lengths,
    int Height,
    ImmutableArray<float> Maximum,
    ImmutableArray<float> Minimum)
{
    /// <summary>The number of columns, N.</summary>
    public int Count => FirstSteps.Length;
}
