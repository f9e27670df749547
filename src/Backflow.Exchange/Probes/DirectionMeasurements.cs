using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Exchange.Probes;

/// <summary>What the registry's metrics of a layer say of one that another program trains: one row each.</summary>
/// <remarks>
/// Total gradients are not among them: they come from the analysis, by position, over all calls. Where sequences end
/// apart, a row over timesteps would mix what was read with padding, and nothing is measured.
/// </remarks>
internal sealed class DirectionMeasurements : IMeasurementSink
{
    private readonly Measurement[] _measurements;

    public DirectionMeasurements(LayerPass layer) => _measurements =
    [
        .. MetricRegistry.Metrics.OfType<LayerMetric>()
            .Where(metric => metric is not TotalGradientNorm and not CellGradientNorm && metric.AppliesTo(layer))
            .Select(metric => metric.Attach(layer)),
    ];

    /// <summary>The rows by column, [T] each, in the layer's reading order.</summary>
    public OrderedDictionary<string, float[]> Rows { get; } = new(StringComparer.Ordinal);

    public void AfterForward()
    {
        foreach (Measurement measurement in _measurements)
        {
            measurement.AfterForward(1, this);
        }
    }

    public void AfterBackward()
    {
        foreach (Measurement measurement in _measurements)
        {
            measurement.AfterBackward(1, this);
        }
    }

    void IMeasurementSink.Scalar(string column, long step, double value)
    {
        // Derived from rows of one call; a sequence may have several.
    }

    void IMeasurementSink.Row(string column, int layer, long step, ReadOnlySpan<float> values) =>
        Rows[column] = values.ToArray();
}
