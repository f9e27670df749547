using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Lessons.Exploration;

/// <summary>The mean activations of the gates of one layer, and of the one that keeps the state.</summary>
internal static class GateMeans
{
    /// <summary>Measures a pass after its forward pass.</summary>
    public static GateRows Measure(NetworkPass pass, CellDescription cell)
    {
        GateRows rows = new(cell, pass.SequenceLength);
        GateStatistics.Measure(pass.Layers[0], rows);
        return rows;
    }

    /// <summary>By gate the mean at each timestep; empty for an Elman network.</summary>
    public static ImmutableSortedDictionary<string, ImmutableArray<double>> ByName(GateRows rows) =>
        rows.Gates.Select((name, gate) => KeyValuePair.Create(name, Mean(rows, gate)))
            .ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>
    /// What the keeping gate lets through of the state, the mean over units and timesteps; null without one.
    /// </summary>
    public static double? Kept(GateRows rows, CellDescription cell)
    {
        if (cell.Keep is not KeepGate keep || rows.Gates.IsEmpty)
        {
            return null;
        }

        double open = Mean(rows, keep.Gate).Average();
        return keep.KeepsWhenOpen ? open : 1 - open;
    }

    private static ImmutableArray<double> Mean(GateRows rows, int gate) =>
        [.. rows.Mean(gate).ToArray().Select(static mean => (double)mean)];
}
