using Backflow.Runs.Recording;
using Backflow.Telemetry;

namespace Backflow.Training.Recording;

/// <summary>Keeps every measurement in the run store.</summary>
/// <param name="recorder">The run's recorder.</param>
internal sealed class RecorderSink(RunRecorder recorder) : IMeasurementSink
{
    public void Scalar(string column, long step, double value) => recorder.Scalar(column, step, value);

    public void Row(string column, int layer, long step, ReadOnlySpan<float> values) =>
        recorder.Row(column, layer, step, values);
}
