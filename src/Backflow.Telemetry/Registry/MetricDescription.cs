namespace Backflow.Telemetry;

/// <summary>How much is measured while training.</summary>
public enum TelemetryLevel
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>What costs little enough to stay on: the default.</summary>
    Economy,

    /// <summary>Everything that a training run can measure by itself.</summary>
    Full,
}

/// <summary>What a measurement costs, in the order of a training step's own work.</summary>
public enum CostClass
{
    /// <summary>Reads what is there anyway.</summary>
    Free,

    /// <summary>One sweep over states: O(T·B·H).</summary>
    Sweep,

    /// <summary>A sweep over several numbers per state, all gates, or over all parameters before and after an
    /// update.</summary>
    LargeSweep,

    /// <summary>Products of the size of a part of the backward pass.</summary>
    Product,

    /// <summary>A step of a few sequences of the batch.</summary>
    Repeat,

    /// <summary>Off the training thread.</summary>
    Background,

    /// <summary>When someone asks: milliseconds to seconds.</summary>
    OnDemand,
}

/// <summary>The shape of what is recorded.</summary>
public enum ColumnKind
{
    /// <summary>One number per step.</summary>
    Scalar,

    /// <summary>[T] per step, for heatmaps.</summary>
    Row,

    /// <summary>[T, T] of one sequence.</summary>
    Map,

    /// <summary>A list of numbers, real or complex.</summary>
    Spectrum,

    /// <summary>A square matrix.</summary>
    Matrix,
}

/// <summary>One metric as tables, charts and schedules know it.</summary>
/// <param name="Name">Its name in run columns and URLs, and its anchor in docs/telemetry.md.</param>
/// <param name="Level">The lowest level that measures it.</param>
/// <param name="Kind">The shape of its column.</param>
/// <param name="Unit">Its unit in words.</param>
/// <param name="Cost">Its cost class.</param>
public sealed record MetricDescription(string Name, TelemetryLevel Level, ColumnKind Kind, string Unit, CostClass Cost);
