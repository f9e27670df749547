namespace Backflow.Exchange.Tables;

/// <summary>A long table of the numbers of a run, a row for each, on its way into a file.</summary>
/// <remarks>Disposing of it writes what is left.</remarks>
public interface IMetricTable : IDisposable
{
    /// <summary>The columns, in their order.</summary>
    static IReadOnlyList<string> Columns { get; } =
        ["run", "step", "metric", "layer", "timestep", "value", "is_finite"];

    /// <summary>Writes a row.</summary>
    /// <param name="row">One number, which is written at once or with some others.</param>
    void Add(in MetricRow row);
}
