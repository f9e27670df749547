using System.Globalization;
using System.Net;
using System.Text;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>A drawing with two axes; everything in it has its colours from the page, light or dark.</summary>
internal sealed class SvgCanvas(Axis horizontal, Axis vertical)
{
    public const double Width = 820;
    public const double Height = 400;
    public const double Left = 78;
    public const double Right = 200;
    public const double Top = 16;
    public const double Bottom = 52;

    private readonly StringBuilder _svg = new();

    public static double PlotWidth => Width - Left - Right;

    public static double PlotHeight => Height - Top - Bottom;

    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public double X(double value) => Left + (horizontal.Place(value) * PlotWidth);

    public double Y(double value) => Height - Bottom - (vertical.Place(value) * PlotHeight);

    public void Add(FormattableString element) =>
        _svg.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>Grid, ticks and names of the axes. Places given for the horizontal axis replace its own ticks.</summary>
    public void Axes(string xLabel, string yLabel, IReadOnlyList<double> places, bool hasGrid = true)
    {
        double bottom = Height - Bottom;
        foreach ((double place, string label) in vertical.Ticks())
        {
            double y = bottom - (place * PlotHeight);
            string kind = hasGrid ? "grid" : "hidden";
            Add($"<line class=\"{kind}\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>");
            Add($"<text x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{label}</text>");
        }

        IEnumerable<(double, string)> ticks = places.Count > 0
            ? places.Select(x => (horizontal.Place(x), x.ToString("0.###", CultureInfo.InvariantCulture)))
            : horizontal.Ticks();
        foreach ((double place, string label) in ticks)
        {
            double x = Left + (place * PlotWidth);
            Add($"<line class=\"axis\" x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{bottom}\" y2=\"{bottom + 5}\"/>");
            Add($"<text x=\"{x:0.#}\" y=\"{bottom + 19}\" text-anchor=\"middle\">{label}</text>");
        }

        Add($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{bottom}\" y2=\"{bottom}\"/>");
        Add($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Left}\" y1=\"{Top}\" y2=\"{bottom}\"/>");
        Add($"<text x=\"{Left + (PlotWidth / 2)}\" y=\"{Height - 10}\" text-anchor=\"middle\">{Escape(xLabel)}</text>");
        Add($"<text transform=\"translate(16 {Top + (PlotHeight / 2)}) rotate(-90)\" text-anchor=\"middle\">{Escape(yLabel)}</text>");
    }

    public string Close(string title) =>
        FormattableString.Invariant(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Escape(title)}\">\n")
        + _svg + "</svg>";
}
