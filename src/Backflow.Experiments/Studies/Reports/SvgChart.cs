using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>Draws a chart as SVG: axes, lines with marks, and the band from the least to the largest seed.</summary>
internal sealed class SvgChart
{
    private const int MostMarks = 16;
    private const int MostPlaces = 8;
    private const int SparseMarks = 6;
    private const double LeastGap = 0.07;
    private const double Right = 26;
    private const double MarkRadius = 4;
    private const double RingWidth = 1.2;

    // Circle, square, triangle, diamond, cross, upended triangle, bar: a line is known by its marks where colours are
    // not.
    private static readonly string[] Shapes =
    [
        "M-1,0A1,1 0 1 1 1,0A1,1 0 1 1-1,0Z",
        "M-.9-.9H.9V.9H-.9Z",
        "M0-1.2 1.1.8H-1.1Z",
        "M0-1.3 1.3,0 0,1.3-1.3,0Z",
        "M-.4-1.2H.4V-.4H1.2V.4H.4V1.2H-.4V.4H-1.2V-.4H-.4Z",
        "M0,1.2 1.1-.8H-1.1Z",
        "M-.5-1.2H.5V1.2H-.5Z",
    ];

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
            [
                .. points.SelectMany(static point => (double[])[point.Low, point.Middle, point.High])
                    .Where(double.IsFinite),
            ];
        Axis vertical = chart.IsShare ? Axis.Shares
            : chart.IsLogarithmic ? Axis.Logarithmic(heights, chart.Floor)
            : Axis.Linear(
                Math.Min(0, heights.DefaultIfEmpty(0).Min()), Math.Max(0, 1.05 * heights.DefaultIfEmpty(1).Max()));
        _canvas = new SvgCanvas(_horizontal, vertical, Right);
    }

    public static string Draw(Chart chart)
    {
        SvgChart drawing = new(chart);
        drawing._canvas.Axes(chart.XLabel, drawing.Places());
        for (int i = 0; i < chart.Series.Length; i++)
        {
            drawing.Line(chart.Series[i], i);
        }

        return drawing._canvas.Close(chart.Title);
    }

    // The places that were measured, where they are few and apart.
    private List<double> Places()
    {
        List<double> places =
            [.. _chart.Series.SelectMany(static s => s.Points).Select(static p => p.X).Distinct().Order()];
        bool areApart = places.Zip(places.Skip(1), (a, b) => _horizontal.Place(b) - _horizontal.Place(a))
            .All(static gap => gap >= LeastGap);
        return places.Count <= MostPlaces && areApart ? places : [];
    }

    /// <summary>The mark of a line, [−1, 1] in both directions, as a path.</summary>
    public static string Shape(ChartSeries series, int index) => Shapes[Colour(series, index)];

    /// <summary>The number of a line's colour.</summary>
    public static int Colour(ChartSeries series, int index) => (series.Colour ?? index) % Shapes.Length;

    private void Line(ChartSeries series, int index)
    {
        string colour = FormattableString.Invariant($"c{Colour(series, index)}");
        foreach (List<ChartPoint> stretch in Stretches(series.Points))
        {
            Stretch(stretch, colour, series.IsReference ? "6 4" : "none");
        }

        // Every point of a short line, and some of a long one; neighbours have theirs in other places.
        bool isShort = series.Points.Length <= MostMarks;
        int every = isShort ? 1 : series.Points.Length / SparseMarks;
        for (int i = every * index / _chart.Series.Length; i < series.Points.Length && !series.IsReference; i += every)
        {
            ChartPoint point = series.Points[i];
            if (IsVisible(point.Middle))
            {
                double size = MarkRadius + (isShort ? RingWidth * Covering(point, index) : 0);
                string place = FormattableString.Invariant($"{_canvas.X(point.X):0.#} {_canvas.Y(point.Middle):0.#}");
                string title = $"{series.Name}, {NumberText.Of(point.X)}: {point.Spread()}";
                _canvas.Add($"<path class=\"mark {colour}\" transform=\"translate({place}) scale({size:0.#})\"");
                _canvas.Add($"d=\"{Shape(series, index)}\"><title>{SvgCanvas.Escape(title)}</title></path>");
            }
        }
    }

    // Later lines that have a mark in the same place and would hide this one's, which becomes a ring around theirs.
    private int Covering(ChartPoint mark, int index) => _chart.Series.Skip(index + 1).Count(later =>
        !later.IsReference && later.Points.Any(point =>
            point.X == mark.X && Math.Abs(_canvas.Y(point.Middle) - _canvas.Y(mark.Middle)) < MarkRadius));

    private void Stretch(List<ChartPoint> points, string colour, string dashes)
    {
        if (points.Exists(static point => point.High > point.Low))
        {
            IEnumerable<string> band = points
                .Select(point => Pair(point.X, IsVisible(point.High) ? point.High : point.Middle))
                .Concat(Enumerable.Reverse(points).Select(point => Pair(point.X, Lowest(point))));
            _canvas.Add($"<polygon class=\"band {colour}\" points=\"{string.Join(' ', band)}\"/>");
        }

        // A baseline of a single place is drawn across the chart: a line of one point shows nothing.
        double height = _canvas.Y(points[0].Middle);
        string line = points.Count == 1 && dashes != "none"
            ? FormattableString.Invariant($"{SvgCanvas.Left},{height:0.#} {_canvas.End},{height:0.#}")
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
