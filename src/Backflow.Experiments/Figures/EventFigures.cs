using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Backflow.Exchange.TensorBoard;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Figures;

/// <summary>Writes a run as records of an event file of TensorBoard.</summary>
/// <param name="writer">Writes records.</param>
/// <param name="timeOf">When a step was done.</param>
internal sealed class EventFigures(EventFileWriter writer, Func<long, DateTimeOffset> timeOf) : IFigureSink
{
    private const string Training = "train";
    private const string Layer = "layer";
    private const string Zeros = "zeros";
    private const string NotFinite = "not-finite";
    private const string Verdicts = "verdicts";
    private const string Samples = "samples";
    private const char Group = '/';

    private static readonly ImmutableArray<string> OfTheLoop =
    [
        TrainingMetrics.TrainingLoss, TrainingMetrics.ValidationLoss, TrainingMetrics.ValidationSuccess,
        TrainingMetrics.LearningRate, TrainingMetrics.CharactersPerSecond, TrainingMetrics.TelemetryCost,
        TrainingMetrics.DroppedRows,
    ];

    private readonly LogHistogram _histogram = new();

    /// <summary>The tag of a column: its metric behind the group that it belongs to.</summary>
    /// <param name="column">A column of scalars, or of rows.</param>
    /// <param name="layer">The layer of rows; null for scalars.</param>
    public static string TagOf(string column, int? layer = null)
    {
        (string name, int? own) = layer is null ? MetricColumn.WithoutLayer(column) : (column, layer);
        return own is int number ? FormattableString.Invariant($"{Layer}{number}{Group}{name}")
            : name.Contains(Group, StringComparison.Ordinal) ? name
            : $"{Training}{Group}{name}";
    }

    /// <summary>The column of scalars that a tag was made of; the tag itself where it was made of none.</summary>
    /// <param name="tag">Any tag.</param>
    public static string ColumnOf(string tag)
    {
        string[] parts = tag.Split(Group);
        if (parts.Length != 2 || !IsKnown(parts[1]))
        {
            return tag;
        }

        (string name, string? gate) = parts[1].Split(MetricColumn.Separator) is [string first, string second]
            ? (first, second) : (parts[1], null);
        return parts[0] == Training ? parts[1]
            : parts[0].StartsWith(Layer, StringComparison.Ordinal)
            && int.TryParse(parts[0][Layer.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
                ? MetricColumn.OfLayerGate(name, layer, gate)
                : tag;
    }

    /// <summary>Writes what a file begins with.</summary>
    /// <param name="run">Whose settings are written.</param>
    /// <param name="time">Now.</param>
    public void Begin(RunManifest run, DateTimeOffset time)
    {
        writer.Begin(time);
        using JsonDocument configuration = JsonDocument.Parse(run.ConfigurationJson);
        if (configuration.RootElement.ValueKind == JsonValueKind.Object)
        {
            writer.Hyperparameters(run.Created, configuration.RootElement);
        }
    }

    /// <inheritdoc/>
    public void Add(ScalarSeries series)
    {
        string tag = TagOf(series.Metric);
        for (int i = 0; i < series.Count; i++)
        {
            writer.Scalar(timeOf(series.Steps[i]), series.Steps[i], tag, series.Values[i]);
        }
    }

    /// <inheritdoc/>
    public void Add(RowSeries series)
    {
        if (!IsLogarithmic(series.Metric))
        {
            return;
        }

        string tag = TagOf(series.Metric, series.Layer);
        for (int i = 0; i < series.Count; i++)
        {
            long step = series.Steps[i];
            _histogram.Count(series.Row(i));
            writer.Histogram(timeOf(step), step, tag, _histogram);
            writer.Scalar(timeOf(step), step, $"{tag}{Group}{Zeros}", _histogram.Zeros);
            writer.Scalar(timeOf(step), step, $"{tag}{Group}{NotFinite}", _histogram.NotFinite);
        }
    }

    /// <summary>Writes an event as a text.</summary>
    /// <param name="happened">What happened.</param>
    public void Add(RunEvent happened) =>
        writer.Text(happened.Created, happened.Step, Verdicts, $"**{happened.Title}**\n\n{happened.Text}");

    /// <summary>Writes a text of the network.</summary>
    /// <param name="sample">The text.</param>
    public void Add(RunSample sample) =>
        writer.Text(
            sample.Created,
            sample.Step,
            Samples,
            "    " + sample.Text.ReplaceLineEndings("\n").Replace("\n", "\n    ", StringComparison.Ordinal));

    /// <summary>Writes a picture of each metric whose rows differ by powers of ten.</summary>
    /// <param name="reader">Reads the run.</param>
    /// <param name="metrics">What it has values of.</param>
    /// <param name="range">The steps.</param>
    /// <param name="cancellation">Ends the drawing.</param>
    public void AddHeatmaps(
        RunReader reader, IEnumerable<MetricSummary> metrics, StepRange range, CancellationToken cancellation)
    {
        foreach (MetricSummary metric in metrics.Where(
            static metric => metric.Kind == MetricKind.Row && IsLogarithmic(metric.Name)))
        {
            foreach (int layer in metric.Layers)
            {
                cancellation.ThrowIfCancellationRequested();
                RowExtremes rows = reader.RowExtremes(metric.Name, layer, range, HeatmapImage.MostColumns);
                if (rows.Count == 0)
                {
                    continue;
                }

                HeatmapImage image = HeatmapImage.Of(rows);
                long step = rows.LastSteps[^1];
                writer.Image(
                    timeOf(step),
                    step,
                    TagOf(metric.Name, layer),
                    image.Description,
                    image.Width,
                    image.Height,
                    image.Rgb);
            }
        }
    }

    private static bool IsKnown(string column) => OfTheLoop.Contains(column)
        || MetricRegistry.All.Any(metric => metric.Name == MetricColumn.MetricOf(column));

    private static bool IsLogarithmic(string column) => MetricRegistry.All.Any(
        metric => metric.Scale == MetricScale.Logarithmic && metric.Name == MetricColumn.MetricOf(column));
}
