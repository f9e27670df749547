using System.Globalization;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>Draws a heatmap as SVG, with its scale beside it.</summary>
internal static class SvgHeatmap
{
    private const int ScaleSteps = 40;
    private const double Right = 112;

    // Five places of viridis (Smith & van der Walt 2015), which grows evenly brighter.
    private static readonly (double R, double G, double B)[] Viridis =
        [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)];

    public static string Draw(Heatmap map)
    {
        // A row lies around its number, from 0 at the bottom.
        int rows = map.Columns.Length == 0 ? 1 : map.Columns.Max(static column => column.Values.Length);
        int columns = Math.Max(1, map.Columns.Length);
        double first = columns > 1 ? map.Columns[0].X : 0;
        double last = columns > 1 ? map.Columns[^1].X : 1;
        double half = (last - first) / Math.Max(1, columns - 1) / 2;
        SvgCanvas canvas = new(Axis.Linear(first - half, last + half), Axis.Linear(-0.5, rows - 0.5), Right);
        double width = canvas.PlotWidth / columns;
        double height = SvgCanvas.PlotHeight / rows;
        canvas.Add($"<g class=\"cells\">");
        for (int x = 0; x < map.Columns.Length; x++)
        {
            for (int y = 0; y < map.Columns[x].Values.Length; y++)
            {
                double left = SvgCanvas.Left + (x * width);
                double top = SvgCanvas.Height - SvgCanvas.Bottom - ((y + 1) * height);
                string colour = Colour(map, map.Columns[x].Values[y]);
                canvas.Add($"<rect x=\"{left:0.##}\" y=\"{top:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\"");
                canvas.Add($"fill=\"{colour}\"/>");
            }
        }

        Scale(map, canvas);
        canvas.Axes(map.XLabel, [], hasGrid: false);
        return canvas.Close(map.Title);
    }

    /// <summary>The colour of a value.</summary>
    public static string Colour(Heatmap map, double value)
    {
        if (!double.IsFinite(value))
        {
            return "#d00000";
        }

        double low = Math.Log10(map.Low);
        double place = value <= 0 ? 0 : Math.Clamp((Math.Log10(value) - low) / (Math.Log10(map.High) - low), 0, 1);
        double at = place * (Viridis.Length - 1);
        int i = Math.Min((int)at, Viridis.Length - 2);
        (double R, double G, double B) a = Viridis[i];
        (double R, double G, double B) b = Viridis[i + 1];
        double share = at - i;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"#{Mix(a.R, b.R, share):x2}{Mix(a.G, b.G, share):x2}{Mix(a.B, b.B, share):x2}");
    }

    private static int Mix(double a, double b, double share) => (int)Math.Round(a + ((b - a) * share));

    private static void Scale(Heatmap map, SvgCanvas canvas)
    {
        double x = canvas.End + 16;
        double height = SvgCanvas.PlotHeight / ScaleSteps;
        double low = Math.Log10(map.Low);
        double range = Math.Log10(map.High) - low;
        for (int i = 0; i < ScaleSteps; i++)
        {
            double y = SvgCanvas.Height - SvgCanvas.Bottom - ((i + 1) * height);
            string colour = Colour(map, Math.Pow(10, low + (range * (i + 0.5) / ScaleSteps)));
            canvas.Add($"<rect x=\"{x}\" y=\"{y:0.##}\" width=\"16\" height=\"{height:0.##}\" fill=\"{colour}\"/>");
        }

        canvas.Add($"</g>");
        Axis axis = Axis.Logarithmic([map.Low, map.High], 0);
        foreach ((double place, string label) in axis.Ticks())
        {
            // The ends of the scale stand for everything beyond them.
            string end = place < 1e-9 ? "≤ " : place > 1 - 1e-9 ? "≥ " : string.Empty;
            double y = SvgCanvas.Height - SvgCanvas.Bottom - (place * SvgCanvas.PlotHeight);
            canvas.Add($"<text x=\"{x + 21}\" y=\"{y + 5:0.#}\">{end}{label}</text>");
        }
    }
}
