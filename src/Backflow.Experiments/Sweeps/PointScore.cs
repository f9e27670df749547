using System.Collections.Immutable;

namespace Backflow.Experiments.Sweeps;

/// <summary>What the seeds of a point came to.</summary>
/// <param name="Point">The index of the point.</param>
/// <param name="Values">The metric of each seed that has one.</param>
/// <param name="Missing">Seeds without a value: they failed, or are not there yet.</param>
public sealed record PointScore(int Point, ImmutableArray<double> Values, int Missing)
{
    /// <summary>The mean over the seeds; null where none has a value.</summary>
    public double? Mean => Values.IsEmpty ? null : Values.Average();

    /// <summary>The standard deviation over the seeds, with n − 1; null below two values.</summary>
    public double? Deviation
    {
        get
        {
            if (Values.Length < 2)
            {
                return null;
            }

            double mean = Values.Average();
            return Math.Sqrt(Values.Sum(value => (value - mean) * (value - mean)) / (Values.Length - 1));
        }
    }

    /// <summary>Points in the order in which one would choose them.</summary>
    /// <remarks>
    /// Fewer missing seeds first: a mean over those that did not fail flatters. Then the mean, then the place in the
    /// definition.
    /// </remarks>
    /// <param name="scores">The points.</param>
    /// <param name="isMaximised">Whether more of the metric is better.</param>
    internal static ImmutableArray<PointScore> Rank(IEnumerable<PointScore> scores, bool isMaximised) =>
    [
        .. scores.OrderBy(static score => score.Values.IsEmpty)
            .ThenBy(static score => score.Missing)
            .ThenBy(score => isMaximised ? -score.Mean : score.Mean)
            .ThenBy(static score => score.Point),
    ];
}
