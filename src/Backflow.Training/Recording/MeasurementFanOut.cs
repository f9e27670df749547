using Backflow.Telemetry;

namespace Backflow.Training.Recording;

/// <summary>Hands every measurement to several sinks, in their order.</summary>
/// <param name="sinks">Who takes measurements.</param>
internal sealed class MeasurementFanOut(params IMeasurementSink[] sinks) : IMeasurementSink
{
    public void Scalar(string column, long step, double value)
    {
        foreach (IMeasurementSink sink in sinks)
        {
            sink.Scalar(column, step, value);
        }
    }

    public void Row(string column, int layer, long step, ReadOnlySpan<float> values)
    {
        foreach (IMeasurementSink sink in sinks)
        {
            sink.Row(column, layer, step, values);
        }
    }
}
