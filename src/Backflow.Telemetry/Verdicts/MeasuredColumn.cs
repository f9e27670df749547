using System.Globalization;

namespace Backflow.Telemetry;

/// <summary>A stream of measurements, taken apart: see <see cref="MetricColumn"/>.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Layer">The layer; null where it has none.</param>
/// <param name="Label">The gate or the parameter group; null where it has none.</param>
/// <param name="IsRow">Whether it is a row over timesteps.</param>
internal sealed record MeasuredColumn(string Metric, int? Layer, string? Label, bool IsRow)
{
    public static MeasuredColumn OfRow(string column, int layer)
    {
        string metric = MetricColumn.MetricOf(column);
        string? label = column.Length > metric.Length ? column[(metric.Length + 1)..] : null;
        return new MeasuredColumn(metric, layer, label, true);
    }

    public static MeasuredColumn OfScalar(string column)
    {
        string[] parts = column.Split(MetricColumn.Separator);
        int? layer = parts.Length > 1
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
        string? label = layer is null ? parts.ElementAtOrDefault(1) : parts.ElementAtOrDefault(2);
        return new MeasuredColumn(parts[0], layer, label, false);
    }
}
