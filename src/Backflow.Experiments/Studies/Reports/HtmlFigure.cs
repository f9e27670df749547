using System.Globalization;
using System.Net;
using System.Text;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>A figure as HTML: the name of the vertical axis, the drawing, its legend, and how to read it.</summary>
/// <remarks>Names stand outside of the drawing, so that they keep their size and wrap on a narrow page.</remarks>
internal static class HtmlFigure
{
    public static string Write(IFigure figure)
    {
        StringBuilder html = new("<figure>");
        (string axis, string drawing) = figure switch
        {
            Chart chart => (chart.YLabel, SvgChart.Draw(chart)),
            Heatmap map => (map.YLabel, SvgHeatmap.Draw(map)),
            _ => throw new ArgumentException($"No drawing for {figure.GetType().Name}.", nameof(figure)),
        };
        html.Append("<p class=\"axis-name\">").Append(WebUtility.HtmlEncode(axis)).Append("</p>").Append(drawing);
        if (figure is Chart { Series.Length: > 0 } lines)
        {
            Legend(html, lines);
        }

        return html.Append("<figcaption>").Append(HtmlReport.Formulas(figure.Caption))
            .Append("</figcaption></figure>\n").ToString();
    }

    private static void Legend(StringBuilder html, Chart chart)
    {
        html.Append("<ul class=\"legend\">");
        for (int i = 0; i < chart.Series.Length; i++)
        {
            ChartSeries series = chart.Series[i];
            int colour = SvgChart.Colour(series, i);
            string dashes = series.IsReference ? "6 4" : "none";
            html.Append(CultureInfo.InvariantCulture, $"<li><svg class=\"key c{colour}\" viewBox=\"-17 -7 34 14\" ")
                .Append("aria-hidden=\"true\">")
                .Append($"<path class=\"line\" d=\"M-16 0H16\" stroke-dasharray=\"{dashes}\"/>");
            if (!series.IsReference)
            {
                html.Append($"<path class=\"mark\" transform=\"scale(4.5)\" d=\"{SvgChart.Shape(series, i)}\"/>");
            }

            html.Append("</svg>").Append(HtmlReport.Formulas(series.Name)).Append("</li>");
        }

        html.Append("</ul>");
    }
}
