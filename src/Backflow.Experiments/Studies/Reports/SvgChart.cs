namespace Backflow.Experiments.Studies.Reports;

/// <summary>Draws a chart as SVG: axes, lines, the band from the least to the largest seed, and a legend.</summary>
internal sealed class SvgChart
{
    private const int MostMarks = 16;
    private const int MostPlaces = 8;
    private const double LeastGap = 0.045;
    private const double MarkRadius = 3;
    private const double RingWidth = 2;

    private readonly Chart _chart;
    private readonly Axis _horizontal;
    private readonly SvgCanvas _canvas;

    private SvgChart(Chart chart)
    {
        _chart = chart;
        List<ChartPoint> points = [.. chart.Series.SelectMany(static series => series.Points)];
        _horizontal = points.Count == 0
            ? Axis.Linear(0, 1)
            : Axis.Linear(points.Min(static point => point.X), points.Max(static point => point.X));
        List<double> heights =
            [.. points.SelectMany(static point => (double[])[point.Low, point.Middle, point.High]).Where(double.IsFinite)];
        Axis vertical = chart.IsShare ? Axis.Shares
            : chart.IsLogarithmic ? Axis.Logarithmic(heights, chart.Floor)
            : Axis.Linear(Math.Min(0, heights.DefaultIfEmpty(0).Min()), Math.Max(0, 1.05 * heights.DefaultIfEmpty(1).Max()));
        _canvas = new SvgCanvas(_horizontal, vertical);
    }

    public static string Draw(Chart chart)
    {
        SvgChart drawing = new(chart);
        drawing._canvas.Axes(chart.XLabel, chart.YLabel, drawing.Places());
        for (int i = 0; i < chart.Series.Length; i++)
        {
            drawing.Line(chart.Series[i], i);
        }

        return drawing._canvas.Close(chart.Title);
    }

    // The places that were measured, where they are few and apart.
    private List<double> Places()
    {
        List<double> places = [.. _chart.Series.SelectMany(static s => s.Points).Select(static p => p.X).Distinct().Order()];
        bool areApart = places.Zip(places.Skip(1), (a, b) => _horizontal.Place(b) - _horizontal.Place(a))
            .All(static gap => gap >= LeastGap);
        return places.Count <= MostPlaces && areApart ? places : [];
    }

    private void Line(ChartSeries series, int index)
    {
        string colour = FormattableString.Invariant($"c{(series.Colour ?? index) % 7}");
        string dashes = series.IsReference ? "6 4" : "none";
        foreach (List<ChartPoint> stretch in Stretches(series.Points))
        {
            Stretch(stretch, colour, dashes);
        }

        foreach (ChartPoint point in series.Points.Length <= MostMarks && !series.IsReference
            ? series.Points.Where(point => IsVisible(point.Middle)) : [])
        {
            _canvas.Add($"<circle class=\"mark {colour}\" cx=\"{_canvas.X(point.X):0.#}\" cy=\"{_canvas.Y(point.Middle):0.#}\" r=\"{MarkRadius + (RingWidth * Covering(point, index)):0.#}\"><title>{SvgCanvas.Escape(series.Name)}, {point.X:0.###}: {point.Middle:G4} ({point.Low:G4} to {point.High:G4})</title></circle>");
        }

        double y = SvgCanvas.Top + 12 + (21 * index);
        double x = SvgCanvas.Width - SvgCanvas.Right + 16;
        _canvas.Add($"<line class=\"line {colour}\" x1=\"{x}\" x2=\"{x + 26}\" y1=\"{y}\" y2=\"{y}\" stroke-dasharray=\"{dashes}\"/>");
        _canvas.Add($"<text x=\"{x + 33}\" y=\"{y + 4}\">{SvgCanvas.Escape(series.Name)}</text>");
    }

    // Later lines that have a mark in the same place and would hide this one's, which becomes a ring around theirs.
    private int Covering(ChartPoint mark, int index) => _chart.Series.Skip(index + 1).Count(later =>
        !later.IsReference && later.Points.Any(point =>
            point.X == mark.X && Math.Abs(_canvas.Y(point.Middle) - _canvas.Y(mark.Middle)) < MarkRadius));

    private void Stretch(List<ChartPoint> points, string colour, string dashes)
    {
        if (points.Exists(static point => point.High > point.Low))
        {
            IEnumerable<string> band = points.Select(point => Pair(point.X, IsVisible(point.High) ? point.High : point.Middle))
                .Concat(Enumerable.Reverse(points).Select(point => Pair(point.X, Lowest(point))));
            _canvas.Add($"<polygon class=\"band {colour}\" points=\"{string.Join(' ', band)}\"/>");
        }

        // A baseline of a single place is drawn across the chart: a line of one point shows nothing.
        string line = points.Count == 1 && dashes != "none"
            ? FormattableString.Invariant($"{SvgCanvas.Left},{_canvas.Y(points[0].Middle):0.#} {SvgCanvas.Width - SvgCanvas.Right},{_canvas.Y(points[0].Middle):0.#}")
            : string.Join(' ', points.Select(point => Pair(point.X, point.Middle)));
        _canvas.Add($"<polyline class=\"line {colour}\" stroke-dasharray=\"{dashes}\" points=\"{line}\"/>");
    }

    // Where a line leaves the axis, it ends, and begins anew where it comes back.
    private IEnumerable<List<ChartPoint>> Stretches(IEnumerable<ChartPoint> points)
    {
        List<ChartPoint> stretch = [];
        foreach (ChartPoint point in points)
        {
            if (IsVisible(point.Middle))
            {
                stretch.Add(point);
            }
            else if (stretch.Count > 0)
            {
                yield return stretch;
                stretch = [];
            }
        }

        if (stretch.Count > 0)
        {
            yield return stretch;
        }
    }

    private bool IsVisible(double value) =>
        double.IsFinite(value) && (!_chart.IsLogarithmic || value >= _chart.Floor);

    // A seed below the floor pulls the band down to it.
    private double Lowest(ChartPoint point) =>
        IsVisible(point.Low) ? point.Low : _chart.IsLogarithmic && point.Low >= 0 ? FloorOfAxis : point.Middle;

    private double FloorOfAxis => _chart.Series.SelectMany(static series => series.Points)
        .SelectMany(static point => (double[])[point.Low, point.Middle]).Where(IsVisible).DefaultIfEmpty(1).Min();

    private string Pair(double x, double y) => FormattableString.Invariant($"{_canvas.X(x):0.#},{_canvas.Y(y):0.#}");
}
