using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Which row of gradient norms shows how far a layer's memory reaches.</summary>
/// <remarks>
/// The state that carries the memory: hₜ, and cₜ in an LSTM, whose hₜ is only what the gates let out of it
/// (Hochreiter &amp; Schmidhuber 1997). docs/mathematics/lstm.md derives both.
/// </remarks>
internal static class GradientRow
{
    public static bool IsOf(MeasuredColumn column, VerdictContext context) => column.IsRow
        && column.Layer is int layer && layer < context.Cells.Length && column.Metric
            == (context.Cells[layer] == CellKind.Lstm ? CellGradientNorm.MetricName : TotalGradientNorm.MetricName);

    /// <summary>Norm at a lag ÷ norm at the last timestep; null where either is 0, not finite, or out of
    /// reach.</summary>
    public static double? Ratio(ReadOnlySpan<float> norms, int lag)
    {
        if (lag <= 0 || lag >= norms.Length)
        {
            return null;
        }

        double last = norms[^1];
        double early = norms[norms.Length - 1 - lag];
        return last > 0 && double.IsFinite(last) && double.IsFinite(early) ? early / last : null;
    }
}
