using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Experiments.Benchmarks;

/// <summary>Whether AMX is worth asking for on this machine at this moment, and the asking.</summary>
public static class TileUse
{
    /// <summary>Asks for AMX: networks made from now on use it where there is one.</summary>
    public static void Request() => Amx.IsRequested = true;

    /// <summary>Probes AMX, where there is one.</summary>
    /// <param name="row">What was measured last.</param>
    /// <param name="clock">What times it.</param>
    /// <param name="request">What the user writes to ask for AMX.</param>
    /// <returns>What there is to say; null where there is no AMX and the user did not ask for it.</returns>
    public static string? Describe(BenchmarkRow row, TimeProvider clock, string request)
    {
        if (!Amx.IsAvailable)
        {
            return Amx.IsRequested
                ? $"{request} asks for AMX, but this processor or system has none; vectors were used."
                : null;
        }

        double probed = row.TileGflops ?? PeakProbe.MeasureTiles(clock);
        double peak = row.PeakGflops / row.Threads;
        string use = Amx.IsUsed ? "It is used"
            : probed > peak ? $"It is not used: {request} may make batches faster"
            : $"It is not used ({request} would): something else on this core leaves little of it";
        return $"This processor has AMX: {NumberText.Of(probed)} GFLOP/s at this moment, where vectors reach "
            + $"{NumberText.Of(peak)} at most. {use}.";
    }
}
