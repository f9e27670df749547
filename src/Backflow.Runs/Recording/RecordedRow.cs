namespace Backflow.Runs.Recording;

/// <summary>A row on its way to the store.</summary>
/// <param name="Metric">The name of its metric.</param>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Step">The step that was measured.</param>
/// <param name="Buffer">A pooled buffer of at least Length values.</param>
/// <param name="Length">The length of the row, T.</param>
internal readonly record struct RecordedRow(string Metric, int Layer, long Step, float[] Buffer, int Length);
