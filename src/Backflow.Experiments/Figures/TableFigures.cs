using Backflow.Exchange.Tables;
using Backflow.Runs.Columns;
using Backflow.Telemetry;

namespace Backflow.Experiments.Figures;

/// <summary>Writes the numbers of a run as rows of a table.</summary>
/// <param name="table">Who takes the rows.</param>
internal sealed class TableFigures(IMetricTable table) : IFigureSink
{
    /// <summary>Rows so far.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public void Add(ScalarSeries series)
    {
        (string metric, int? layer) = MetricColumn.WithoutLayer(series.Metric);
        for (int i = 0; i < series.Count; i++)
        {
            table.Add(new MetricRow(series.Steps[i], metric, layer, Timestep: null, series.Values[i]));
        }

        Count += series.Count;
    }

    /// <inheritdoc/>
    public void Add(RowSeries series)
    {
        for (int i = 0; i < series.Count; i++)
        {
            ReadOnlySpan<float> row = series.Row(i);
            for (int t = 0; t < row.Length; t++)
            {
                table.Add(new MetricRow(series.Steps[i], series.Metric, series.Layer, t, row[t]));
            }
        }

        Count += series.Values.Length;
    }
}
