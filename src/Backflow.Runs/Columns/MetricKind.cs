namespace Backflow.Runs.Columns;

/// <summary>What a metric has at each step.</summary>
public enum MetricKind
{
    /// <summary>One number.</summary>
    Scalar,

    /// <summary>One row of numbers per layer.</summary>
    Row,
}
