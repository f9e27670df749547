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

    /// <summary>A few passes over held-out sequences, 20 times in a training and at its end.</summary>
    Passes,

    /// <summary>On demand, outside of training: milliseconds to seconds.</summary>
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

/// <summary>How a chart colours and spaces a metric's values.</summary>
public enum MetricScale
{
    /// <summary>By magnitude: norms, which differ by powers of ten.</summary>
    Logarithmic,

    /// <summary>Evenly: shares and means.</summary>
    Linear,

    /// <summary>Evenly around 0: values of both signs.</summary>
    Diverging,
}

/// <summary>
/// One metric as tables, charts and schedules know it. The page and docs/telemetry.md show these words.
/// </summary>
public sealed record MetricDescription
{
    /// <summary>The name in run columns and URLs, and the anchor in docs/telemetry.md.</summary>
    public required string Name { get; init; }

    /// <summary>A few words, for a list to choose from.</summary>
    public required string Label { get; init; }

    /// <summary>The chart's title, with the symbol. "{gate}" stands for the gate of a column per gate.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence: what is measured.</summary>
    public required string Meaning { get; init; }

    /// <summary>The formula: which gradient, or which other quantity, of what.</summary>
    public required string Formula { get; init; }

    /// <summary>Shape, norm, and what is reduced how: over units and batch, the loss summed or averaged.</summary>
    public required string Reduction { get; init; }

    /// <summary>The values that can occur, and what happens to NaN.</summary>
    public required string Range { get; init; }

    /// <summary>The unit in words.</summary>
    public required string Unit { get; init; }

    /// <summary>What high, low, rising and falling values say.</summary>
    public required string HowToRead { get; init; }

    /// <summary>What stands below a chart's title: norm and reduction in short.</summary>
    public string Caption { get; init; } = "";

    /// <summary>How charts colour and space the values.</summary>
    public MetricScale Scale { get; init; } = MetricScale.Linear;

    /// <summary>How charts show a candidate, whose activation is tanh; null where it does not differ.</summary>
    public MetricScale? CandidateScale { get; init; }

    /// <summary>The lowest level that measures it.</summary>
    public required TelemetryLevel Level { get; init; }

    /// <summary>The shape of its column.</summary>
    public required ColumnKind Kind { get; init; }

    /// <summary>The cost class.</summary>
    public required CostClass Cost { get; init; }
}
