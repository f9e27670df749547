using Backflow.Telemetry;

namespace Backflow.Training.Tests.Recording;

/// <summary>A sink that remembers everything in the order in which it came.</summary>
internal sealed class MeasurementLog : IMeasurementSink
{
    public Dictionary<(string Column, long Step), double> Scalars { get; } = [];

    public Dictionary<(string Column, int Layer, long Step), float[]> Rows { get; } = [];

    public void Scalar(string column, long step, double value) => Scalars.Add((column, step), value);

    public void Row(string column, int layer, long step, ReadOnlySpan<float> values) =>
        Rows.Add((column, layer, step), values.ToArray());

    public IEnumerable<long> StepsOf(string column) => Scalars.Keys
        .Where(key => key.Column == column)
        .Select(key => key.Step)
        .Concat(Rows.Keys.Where(key => key.Column == column).Select(key => key.Step))
        .Distinct()
        .Order();

    public IEnumerable<string> Columns => Scalars.Keys.Select(key => key.Column)
        .Concat(Rows.Keys.Select(key => key.Column)).Distinct().Order(StringComparer.Ordinal);
}
