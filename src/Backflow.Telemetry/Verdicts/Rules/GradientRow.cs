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
            == (context.Cells[layer].HasCellState ? CellGradientNorm.MetricName : TotalGradientNorm.MetricName);

    /// <summary>Whether a row shows how far an answer sends its gradient back.</summary>
    /// <remarks>
    /// The total gradient does where the last timestep alone has a loss. Where every timestep has one, an early state's
    /// total gradient comes from the answers beside it, and the row of the last answer's own gradient is taken; for
    /// text, whose dependencies are unknown, the total gradient stays.
    /// </remarks>
    public static bool IsOfAnswer(MeasuredColumn column, VerdictContext context) =>
        context is { HasLossAtEveryTimestep: true, DependencyLength: not null }
            ? column is { IsRow: true, Metric: LastAnswerGradientNorm.MetricName, Layer: int layer }
                && layer < context.Cells.Length
            : IsOf(column, context);

    /// <summary>What a row of norms is the gradient of, for sentences.</summary>
    public static string NameOf(MeasuredColumn column) =>
        column.Metric == CellGradientNorm.MetricName ? "gradient of the cell state" : "gradient";

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
