namespace Backflow.Telemetry;

/// <summary>Takes what is measured while training: a run store keeps it, a verdict judges it.</summary>
/// <remarks>Called on the training thread, in ascending order of steps within a column; a sink copies the values that
/// it keeps.</remarks>
public interface IMeasurementSink
{
    /// <summary>Takes one number.</summary>
    /// <param name="column">Its column, as <see cref="MetricColumn"/> spells it.</param>
    /// <param name="step">The step that was measured; spectra come later than the step that they belong to.</param>
    /// <param name="value">Any value; NaN and infinities are findings.</param>
    void Scalar(string column, long step, double value);

    /// <summary>Takes one row over timesteps, or one spectrum.</summary>
    /// <param name="column">Its column, as <see cref="MetricColumn"/> spells it.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="step">The step that was measured.</param>
    /// <param name="values">[T], or [2·H] for a spectrum: real and imaginary parts in turn.</param>
    void Row(string column, int layer, long step, ReadOnlySpan<float> values);
}
