using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;

namespace Backflow.Experiments.Sweeps;

/// <summary>Drawings of a sweep's file: parallel coordinates, and bars of what options explain.</summary>
internal static class SweepDrawings
{
    private const double Width = 640;
    private const double Height = 360;
    private const double Side = 70;
    private const double Top = 34;
    private const double Bottom = 20;
    private const double BarHeight = 18;
    private const double BarGap = 10;
    private const double BarLeft = 170;
    private const double BarWidth = 380;
    private const int MostTicks = 5;
    private const double LeastOpacity = 0.25;
    private const double WideRatio = 10;

    /// <summary>What stands above the bars.</summary>
    public const string BarsTitle = "What the options explain";

    /// <summary>All points as parallel coordinates.</summary>
    /// <param name="report">What the sweep came to.</param>
    /// <returns>The drawing; null below two points with a value.</returns>
    public static ReportDrawing? Coordinates(SweepReport report)
    {
        SweepRow[] rows = [.. report.Points.Where(static row => row.Mean is not null)];
        return rows.Length < 2 || report.Options.IsEmpty ? null : new ReportDrawing(
            "All points",
            Coordinates(report, rows),
            "A line is a point: it crosses each axis at its value. The best is drawn strong, and the worse a point is, "
                + "the paler. A point on which an option has no effect crosses that axis at its foot.");
    }

    /// <summary>How much each option explains, as bars.</summary>
    /// <param name="report">What the sweep came to.</param>
    /// <returns>The drawing; null where nothing is known of it.</returns>
    public static ReportDrawing? Bars(SweepReport report) =>
        report.Importance.All(static one => one.Share is null)
            ? null : new ReportDrawing(BarsTitle, Bars(report.Importance), report.ImportanceText);

    private static string Coordinates(SweepReport report, SweepRow[] rows)
    {
        ParallelAxis[] axes =
        [
            .. report.Options.Select((option, i) =>
                ParallelAxis.OfTexts(option, [.. rows.Select(row => row.Values[i])])),
            ParallelAxis.OfNumbers(
                report.Metric.Replace('-', ' '), [.. rows.Select(static row => row.Mean!.Value)]),
        ];
        StringBuilder svg = Begin(Height, "Parallel coordinates of all points");
        for (int i = rows.Length - 1; i >= 0; i--)
        {
            int row = i;
            string points = string.Join(' ', axes.Select((axis, at) => FormattableString.Invariant(
                $"{X(at, axes.Length):0.#},{Y(axis.Places[row]):0.#}")));
            double opacity = 1 - ((1 - LeastOpacity) * row / (rows.Length - 1));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"line {(row == 0 ? "c1" : "c0")}\" ")
                .Append(CultureInfo.InvariantCulture, $"style=\"stroke-opacity:{opacity:0.##}")
                .Append(row == 0 ? ";stroke-width:4" : string.Empty)
                .Append(CultureInfo.InvariantCulture, $"\" points=\"{points}\"><title>")
                .Append(SvgCanvas.Escape($"{SweepLayout.Describe(report, rows[row])}: "))
                .Append(SvgCanvas.Escape(SweepLayout.Text(rows[row], report.Seeds))).Append("</title></polyline>\n");
        }

        for (int at = 0; at < axes.Length; at++)
        {
            double x = X(at, axes.Length);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{x:0.#}\" x2=\"{x:0.#}\" ")
                .Append(CultureInfo.InvariantCulture, $"y1=\"{Top}\" y2=\"{Height - Bottom}\"/>\n");
            Text(svg, x, Top - 14, "middle", axes[at].Name);
            foreach ((double place, string label) in axes[at].Ticks)
            {
                bool isLast = at == axes.Length - 1;
                Text(svg, x + (isLast ? 6 : -6), Y(place) + 4, isLast ? "start" : "end", label);
            }
        }

        return svg.Append("</svg>").ToString();
    }

    private static string Bars(ImmutableArray<OptionImportance> importance)
    {
        StringBuilder svg = Begin(importance.Length * (BarHeight + BarGap), "Importance of the options");
        for (int i = 0; i < importance.Length; i++)
        {
            double y = i * (BarHeight + BarGap);
            double length = BarWidth * (importance[i].Share ?? 0);
            Text(svg, BarLeft - 8, y + BarHeight - 4, "end", importance[i].Option);
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"mark c0\" x=\"{BarLeft}\" y=\"{y:0.#}\" ")
                .Append(CultureInfo.InvariantCulture, $"width=\"{length:0.#}\" height=\"{BarHeight}\"/>\n");
            Text(svg, BarLeft + length + 8, y + BarHeight - 4, "start", NumberText.Share(importance[i].Share));
        }

        return svg.Append("</svg>").ToString();
    }

    private static StringBuilder Begin(double height, string title) => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" ")
        .Append(CultureInfo.InvariantCulture, $"viewBox=\"0 0 {Width} {height}\" aria-label=\"{title}\">\n");

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text) => svg
        .Append("<text class=\"over\" ")
        .Append(CultureInfo.InvariantCulture, $"x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">")
        .Append(SvgCanvas.Escape(text)).Append("</text>\n");

    private static double X(int axis, int axes) => Side + ((Width - (2 * Side)) * axis / Math.Max(1, axes - 1));

    private static double Y(double place) => Height - Bottom - (place * (Height - Top - Bottom));

    /// <summary>An axis: where each row crosses it, from 0 to 1, and its ticks.</summary>
    private sealed record ParallelAxis(
        string Name, ImmutableArray<double> Places, ImmutableArray<(double Place, string Label)> Ticks)
    {
        // A few values stand at equal distances; many numbers on their scale.
        public static ParallelAxis OfTexts(string name, ImmutableArray<string?> values)
        {
            string[] distinct = [.. values.OfType<string>().Distinct()];
            double[] numbers = [.. distinct.Select(static text =>
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                    ? number : double.NaN)];
            if (distinct.Length > MostTicks && numbers.All(double.IsFinite))
            {
                return OfNumbers(name, [.. values.Select(static text => text is null ? double.NaN
                    : double.Parse(text, CultureInfo.InvariantCulture))]);
            }

            string[] order = numbers.All(double.IsFinite)
                ? [.. distinct.Zip(numbers).OrderBy(static pair => pair.Second).Select(static pair => pair.First)]
                : distinct;
            double gap = 1.0 / Math.Max(1, order.Length - 1);
            return new ParallelAxis(
                name,
                [.. values.Select(value => value is null ? 0 : Array.IndexOf(order, value) * gap)],
                [.. order.Select((value, i) => (i * gap, value))]);
        }

        public static ParallelAxis OfNumbers(string name, ImmutableArray<double> values)
        {
            double[] known = [.. values.Where(double.IsFinite)];
            bool isLogarithmic = known.Min() > 0 && known.Max() > WideRatio * known.Min();
            double low = Scaled(known.Min());
            double span = Math.Max(Scaled(known.Max()) - low, double.Epsilon);
            return new ParallelAxis(
                name,
                [.. values.Select(value => double.IsFinite(value) ? (Scaled(value) - low) / span : 0)],
                [(0, NumberText.Of(known.Min())), (1, NumberText.Of(known.Max()))]);

            double Scaled(double value) => isLogarithmic ? Math.Log10(value) : value;
        }
    }
}
