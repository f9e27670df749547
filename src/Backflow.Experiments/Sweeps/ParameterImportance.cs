using System.Collections.Immutable;

namespace Backflow.Experiments.Sweeps;

/// <summary>How much of the differences between points a swept option explains by itself.</summary>
/// <param name="Option">The name in a file.</param>
/// <param name="Share">Its share of the variance, from 0 to 1; null where the points do not tell.</param>
public sealed record OptionImportance(string Option, double? Share);

/// <summary>Main effects of swept options: functional analysis of variance.</summary>
/// <remarks>
/// Hutter, Hoos &amp; Leyton-Brown 2014, "An efficient approach for assessing hyperparameter importance", section 3:
/// the variance of a parameter's marginal means as a share of the variance of all points. Here the marginal means are
/// taken over the points themselves and not over a model of them. Over a whole grid every option meets all values of
/// the others alike, so shares add up to at most 1, and what is left is interaction and seed.
/// Drawn values differ from point to point: the draws are put in order and cut into groups of about the same size.
/// Groups of few explain some variance by chance, which ε² takes out (Kelley 1935).
/// </remarks>
internal static class ParameterImportance
{
    private const int MostGroups = 4;
    private const int LeastInAGroup = 3;

    /// <summary>The fewest draws that are judged.</summary>
    public const int FewestDraws = 2 * LeastInAGroup;

    /// <summary>Judges the options of a grid and those that are drawn.</summary>
    /// <param name="plan">The options, and every combination of their values.</param>
    /// <param name="values">The mean over seeds of each point; null where there is none.</param>
    /// <returns>An entry per option, in their order.</returns>
    public static ImmutableArray<OptionImportance> Of(SweepPlan plan, IReadOnlyList<double?> values)
    {
        (ImmutableArray<string> Row, double Value)[] known =
        [
            .. plan.Design.Where(row => values[row.Point] is not null)
                .Select(row => (row.Values, values[row.Point]!.Value)),
        ];
        double[] all = [.. known.Select(static one => one.Value)];
        return
        [
            .. plan.Options.Select((option, i) => new OptionImportance(
                option,
                i < plan.Definition.Grid.Length
                    ? ShareOf(all, [.. known.Select(one => one.Row[i])])
                    : ShareOfDraws(
                        all, [.. known.Select(one => double.Parse(
                            one.Row[i], System.Globalization.CultureInfo.InvariantCulture))]))),
        ];
    }

    /// <summary>The variance of the means of groups, as a share of all variance.</summary>
    /// <param name="values">What differs.</param>
    /// <param name="groups">The group of each value.</param>
    /// <returns>From 0 to 1; null where nothing differs, or all are one group.</returns>
    internal static double? ShareOf<TGroup>(IReadOnlyList<double> values, IReadOnlyList<TGroup> groups)
        where TGroup : notnull
    {
        (double between, double total, int count) = Squares(values, groups);
        return count < 2 || total <= 0 ? null : between / total;
    }

    /// <summary>The share of drawn values, without what groups explain by chance.</summary>
    /// <param name="values">What differs.</param>
    /// <param name="draws">The value that was drawn for each.</param>
    /// <returns>From 0 to 1; null where there are too few draws.</returns>
    internal static double? ShareOfDraws(IReadOnlyList<double> values, IReadOnlyList<double> draws)
    {
        double[] distinct = [.. draws.Distinct().Order()];
        int groups = Math.Min(MostGroups, distinct.Length / LeastInAGroup);
        if (groups < 2)
        {
            return null;
        }

        Dictionary<double, int> groupOf = [];
        for (int i = 0; i < distinct.Length; i++)
        {
            groupOf.Add(distinct[i], (int)((long)i * groups / distinct.Length));
        }

        (double between, double total, int count) = Squares(values, [.. draws.Select(draw => groupOf[draw])]);

        // ε² = (SS between − (k − 1)·MS within) / SS total
        double within = (total - between) / (values.Count - count);
        return total <= 0 ? null : Math.Clamp((between - ((count - 1) * within)) / total, 0, 1);
    }

    private static (double Between, double Total, int Count) Squares<TGroup>(
        IReadOnlyList<double> values, IReadOnlyList<TGroup> groups)
        where TGroup : notnull
    {
        if (values.Count == 0)
        {
            return (0, 0, 0);
        }

        double mean = values.Average();
        IGrouping<TGroup, double>[] parts = [.. values.Zip(groups).GroupBy(
            static pair => pair.Second, static pair => pair.First)];
        return (
            parts.Sum(part => part.Count() * Math.Pow(part.Average() - mean, 2)),
            values.Sum(value => Math.Pow(value - mean, 2)),
            parts.Length);
    }
}
