using System.Collections.Immutable;
using Backflow.Experiments.Studies.Reports;

namespace Backflow.Experiments.Studies.Flows;

/// <summary>What the studies of training share: the adding problem at a length, and its baseline.</summary>
internal static class FlowTasks
{
    /// <summary>The task's options.</summary>
    public static ImmutableSortedDictionary<string, int> Length(int length) =>
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("length", length)]);

    /// <summary>A dashed line at the loss of a model without memory.</summary>
    public static ChartSeries WithoutMemory(ImmutableArray<FlowTrace> traces, double loss) => new(
        "without memory",
        [ChartPoint.Exact(1, loss), ChartPoint.Exact(traces.Max(static trace => trace.Snapshots[^1].Step), loss)],
        IsReference: true)
    {
        Colour = 6,
    };
}
