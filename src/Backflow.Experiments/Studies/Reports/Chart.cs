using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>A line chart.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="XLabel">The horizontal axis.</param>
/// <param name="YLabel">The vertical axis.</param>
/// <param name="Series">The lines.</param>
public sealed record Chart(string Title, string XLabel, string YLabel, ImmutableArray<ChartSeries> Series) : IFigure
{
    /// <inheritdoc/>
    public string Caption { get; init; } =
        "Lines are medians over seeds, bands reach from the least to the largest seed, dashed lines are theory or "
        + "baselines.";

    /// <summary>Whether the vertical axis is logarithmic; what is not above zero is then left out.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Whether the vertical axis shows shares in percent, from 0 to 100.</summary>
    public bool IsShare { get; init; }

    /// <summary>The least value that a logarithmic axis goes down to; lines end there.</summary>
    public double Floor { get; init; } = 1e-45;
}

/// <summary>A line of a chart.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">Its points, from left to right.</param>
/// <param name="IsReference">Whether it is theory or a baseline, which is drawn dashed.</param>
public sealed record ChartSeries(string Name, ImmutableArray<ChartPoint> Points, bool IsReference = false)
{
    /// <summary>The number of the line's colour, which other lines may share; null for one of its own.</summary>
    public int? Colour { get; init; }
}

/// <summary>A point of a line.</summary>
/// <param name="X">Where.</param>
/// <param name="Middle">The median over seeds.</param>
/// <param name="Low">The smallest value of any seed.</param>
/// <param name="High">The largest value of any seed.</param>
public readonly record struct ChartPoint(double X, double Middle, double Low, double High)
{
    /// <summary>A point without a spread.</summary>
    /// <param name="x">Where.</param>
    /// <param name="y">The value.</param>
    /// <returns>The point.</returns>
    public static ChartPoint Exact(double x, double y) => new(x, y, y, y);

    /// <summary>A point of several values.</summary>
    /// <param name="x">Where.</param>
    /// <param name="values">The value of each seed, at least one.</param>
    /// <returns>Median, least and largest.</returns>
    public static ChartPoint Of(double x, IReadOnlyList<double> values)
    {
        double[] sorted = StudyFigures.Sorted(values);
        return new ChartPoint(x, StudyFigures.Median(sorted), sorted[0], sorted[^1]);
    }

    /// <summary>"0.3 (0.2 to 0.7)": the median and the ends; the median alone where all seeds agree.</summary>
    /// <param name="text">How a number is written; null for <see cref="NumberText.Of"/>.</param>
    internal string Spread(Func<double?, string>? text = null)
    {
        text ??= NumberText.Of;
        return Low.Equals(High) ? text(Middle) : $"{text(Middle)} ({text(Low)} to {text(High)})";
    }
}
