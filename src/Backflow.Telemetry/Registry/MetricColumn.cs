using System.Globalization;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>How a metric's columns are spelt in a run: the metric's name, then what it belongs to.</summary>
/// <remarks>
/// "gradient-horizon:0" is a scalar of layer 0, "spectral-norm:0:forget" one of a gate, "gate-mean:forget" a row of a
/// gate (rows carry their layer beside them), "update-to-weight-ratio:recurrent" a scalar of a parameter group.
/// </remarks>
public static class MetricColumn
{
    /// <summary>What stands between the parts.</summary>
    public const char Separator = ':';

    /// <summary>The column of a scalar per layer.</summary>
    /// <param name="metric">The metric's name.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <returns>The column's name.</returns>
    public static string OfLayer(string metric, int layer) =>
        string.Create(CultureInfo.InvariantCulture, $"{metric}{Separator}{layer}");

    /// <summary>The column of a scalar per layer and gate.</summary>
    /// <param name="metric">The metric's name.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="gate">A name of <see cref="CellDescription.GateNames"/>; null in an Elman network.</param>
    /// <returns>The column's name.</returns>
    public static string OfLayerGate(string metric, int layer, string? gate) =>
        gate is null ? OfLayer(metric, layer) : $"{OfLayer(metric, layer)}{Separator}{gate}";

    /// <summary>The column of a row per gate.</summary>
    /// <param name="metric">The metric's name.</param>
    /// <param name="gate">A name of <see cref="CellDescription.GateNames"/>; null in an Elman network.</param>
    /// <returns>The column's name.</returns>
    public static string OfGate(string metric, string? gate) => gate is null ? metric : $"{metric}{Separator}{gate}";

    /// <summary>The column of a scalar per parameter group.</summary>
    /// <param name="metric">The metric's name.</param>
    /// <param name="group">The parameters that the scalar sums up.</param>
    /// <returns>The column's name.</returns>
    public static string OfGroup(string metric, ParameterGroup group) => group switch
    {
        ParameterGroup.Recurrent => $"{metric}{Separator}recurrent",
        ParameterGroup.Input => $"{metric}{Separator}input",
        ParameterGroup.Bias => $"{metric}{Separator}bias",
        ParameterGroup.Embedding => $"{metric}{Separator}embedding",
        ParameterGroup.Head => $"{metric}{Separator}head",
        _ => throw new ArgumentOutOfRangeException(nameof(group), group, "There is no such group."),
    };

    /// <summary>A scalar's column without its layer: "spectral-norm:0:forget" is "spectral-norm:forget" of layer
    /// 0.</summary>
    /// <param name="column">The column's name.</param>
    /// <returns>The name, and the layer; null where the column belongs to none.</returns>
    public static (string Name, int? Layer) WithoutLayer(string column)
    {
        string[] parts = column.Split(Separator);
        return parts.Length > 1
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
            ? (string.Join(Separator, [parts[0], .. parts[2..]]), layer)
            : (column, null);
    }

    /// <summary>The metric that a column belongs to.</summary>
    /// <param name="column">The column's name.</param>
    /// <returns>The name before the first separator, as <see cref="MetricRegistry"/> knows it.</returns>
    public static string MetricOf(string column)
    {
        int end = column.IndexOf(Separator, StringComparison.Ordinal);
        return end < 0 ? column : column[..end];
    }
}
