using System.Collections.Immutable;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Tasks;

/// <summary>Two sentences about success against lag, from the medians alone.</summary>
internal static class TaskFindings
{
    /// <summary>Writes them.</summary>
    /// <param name="lines">The compared value of every cell against the lag, or the number of attractors.</param>
    /// <param name="rule">What counts as solved.</param>
    /// <param name="unit">What the horizontal axis counts.</param>
    /// <param name="withoutMemory">What a model without memory reaches at the farthest place.</param>
    public static ImmutableArray<string> Write(
        ImmutableArray<ChartSeries> lines, SolvedRule rule, string unit, string withoutMemory)
    {
        double farthest = lines.Max(static line => line.Points[^1].X);
        string reach = string.Join("; ", lines.Select(line => $"{line.Name} {Reach(line, rule, unit)}"));
        IEnumerable<(string Name, double Median)> ends = lines.Where(line => line.Points[^1].X == farthest)
            .Select(static line => (line.Name, Median: line.Points[^1].Middle))
            .OrderBy(end => rule.IsLoss ? end.Median : -end.Median);
        string last = string.Join("; ", ends.Select(end => $"{end.Name} {Text(rule, end.Median)}"));
        return
        [
            $"The median seed has {rule.Text}: {reach}.",
            $"At {NumberText.Count(farthest)} {unit} {withoutMemory}, and the medians are: {last}.",
        ];
    }

    /// <summary>A value as the sentences show it.</summary>
    public static string Text(SolvedRule rule, double? value) =>
        rule.IsLoss ? NumberText.Of(value) : NumberText.Share(value);

    // As far as every place up to there is solved.
    private static string Reach(ChartSeries line, SolvedRule rule, string unit)
    {
        int count = line.Points.TakeWhile(point => rule.IsSolved(point.Middle)).Count();
        return count == 0
            ? "nowhere"
            : $"up to {NumberText.Count(line.Points[count - 1].X)} {unit}"
                + (count == line.Points.Length ? " (the most tried)" : string.Empty);
    }
}
