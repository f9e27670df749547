using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.Dashboard.Api;

/// <summary>What the page shows of a metric: the words of its description.</summary>
internal sealed record MetricWords(
    string Name,
    string Kind,
    string Label,
    string Title,
    string Meaning,
    string Caption,
    string Range,
    string Unit,
    string HowToRead,
    string Scale,
    string? CandidateScale)
{
    /// <summary>The words of every metric of the registry, as they are now.</summary>
    public static ImmutableArray<MetricWords> All => [.. MetricRegistry.All.Select(Of)];

    private static MetricWords Of(MetricDescription metric) => new(
        metric.Name,
        NameOf(metric.Kind),
        metric.Label,
        metric.Title,
        metric.Meaning,
        metric.Caption,
        metric.Range,
        metric.Unit,
        metric.HowToRead,
        NameOf(metric.Scale),
        metric.CandidateScale is MetricScale scale ? NameOf(scale) : null);

    private static string NameOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Scalar => "scalar",
        ColumnKind.Row => "row",
        ColumnKind.Map => "map",
        ColumnKind.Spectrum => "spectrum",
        ColumnKind.Matrix => "matrix",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind of column has no name."),
    };

    private static string NameOf(MetricScale scale) => scale switch
    {
        MetricScale.Logarithmic => "log",
        MetricScale.Linear => "linear",
        MetricScale.Diverging => "diverging",
        _ => throw new ArgumentOutOfRangeException(nameof(scale), scale, "This scale has no name."),
    };
}
