namespace Backflow.Exchange.Tables;

/// <summary>One number of a run.</summary>
/// <param name="Step">The step that it was measured at.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Layer">The layer, from 0; null for what concerns the whole network.</param>
/// <param name="Timestep">The timestep, from 0; null for one number per step.</param>
/// <param name="Value">The number; NaN and infinities are values.</param>
public readonly record struct MetricRow(long Step, string Metric, int? Layer, int? Timestep, double Value);
