namespace Backflow.Runs.Columns;

/// <summary>A metric of a run and the number under which its columns are kept.</summary>
internal readonly record struct MetricKey(long Key, MetricKind Kind, string Name);
