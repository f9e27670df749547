using System.Globalization;
using Backflow.Engine;

namespace Backflow.Experiments.Benchmarks;

/// <summary>Whether tiles are worth asking for on this machine at this moment.</summary>
public static class TileUse
{
    /// <summary>Probes the tile unit, where there is one.</summary>
    /// <param name="row">What was measured last.</param>
    /// <param name="clock">What times it.</param>
    /// <returns>What there is to say; null where there are no tiles and nobody asked for them.</returns>
    public static string? Describe(BenchmarkRow row, TimeProvider clock)
    {
        if (!TileProcessor.IsAvailable)
        {
            return TileProcessor.IsRequested
                ? $"{TileProcessor.Switch}=1 asks for tiles, but this processor or system has none; vectors were used."
                : null;
        }

        double probed = row.TileGflops ?? PeakProbe.MeasureTiles(clock);
        double peak = row.PeakGflops / row.Threads;
        string use = TileProcessor.IsUsed ? "They are used"
            : probed > peak ? $"They are not used: {TileProcessor.Switch}=1 may make batches faster"
            : $"They are not used ({TileProcessor.Switch}=1 would): something else on this core leaves little of them";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"This processor multiplies tiles: {probed:0} GFLOP/s at this moment, where vectors reach {peak:0} at most. {use}.");
    }
}
