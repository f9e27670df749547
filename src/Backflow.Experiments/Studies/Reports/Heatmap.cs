using System.Collections.Immutable;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>Values over two axes as colours, on a logarithmic scale.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="XLabel">The horizontal axis.</param>
/// <param name="YLabel">The vertical axis.</param>
/// <param name="Columns">The columns from left to right, with the values of each from bottom to top.</param>
public sealed record Heatmap(string Title, string XLabel, string YLabel, ImmutableArray<HeatmapColumn> Columns)
    : IFigure
{
    /// <inheritdoc/>
    public required string Caption { get; init; }

    /// <summary>The value that has the darkest colour, with everything below it.</summary>
    public required double Low { get; init; }

    /// <summary>The value that has the brightest colour, with everything above it.</summary>
    public required double High { get; init; }
}

/// <summary>A column of a heatmap.</summary>
/// <param name="X">Where.</param>
/// <param name="Values">From bottom to top; what is not finite is drawn red.</param>
public sealed record HeatmapColumn(double X, ImmutableArray<double> Values);
