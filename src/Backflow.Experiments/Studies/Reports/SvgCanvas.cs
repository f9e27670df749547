using System.Globalization;
using System.Net;
using System.Text;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>
/// A drawing with two axes; everything in it has its colours and the size of its letters from the page.
/// </summary>
/// <remarks>
/// Margins have room for letters of twice the usual size: on a phone the drawing shrinks, and its letters may not.
/// </remarks>
/// <param name="horizontal">The horizontal axis.</param>
/// <param name="vertical">The vertical axis; its name stands above the drawing, where it needs no turned head.</param>
/// <param name="right">The margin on the right.</param>
internal sealed class SvgCanvas(Axis horizontal, Axis vertical, double right)
{
    public const double Width = 640;
    public const double Height = 360;
    public const double Left = 66;
    public const double Top = 12;
    public const double Bottom = 54;

    private readonly StringBuilder _svg = new();

    public static double PlotHeight => Height - Top - Bottom;

    public double End => Width - right;

    public double PlotWidth => End - Left;

    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public double X(double value) => Left + (horizontal.Place(value) * PlotWidth);

    public double Y(double value) => Height - Bottom - (vertical.Place(value) * PlotHeight);

    public void Add(FormattableString element) =>
        _svg.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>
    /// Grid, ticks and the name of the horizontal axis. Places given for the horizontal axis replace its own ticks.
    /// </summary>
    public void Axes(string xLabel, IReadOnlyList<double> places, bool hasGrid = true)
    {
        double bottom = Height - Bottom;
        foreach ((double place, string label) in vertical.Ticks())
        {
            double y = bottom - (place * PlotHeight);
            string kind = hasGrid ? "grid" : "axis";
            double end = hasGrid ? End : Left - 5;
            Add($"<line class=\"{kind}\" x1=\"{Left}\" x2=\"{end}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>");
            Add($"<text x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{label}</text>");
        }

        IEnumerable<(double, string)> ticks = places.Count > 0
            ? places.Select(x => (horizontal.Place(x), NumberText.Of(x)))
            : horizontal.Ticks();
        foreach ((double place, string label) in ticks)
        {
            double x = Left + (place * PlotWidth);
            Add($"<line class=\"axis\" x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{bottom}\" y2=\"{bottom + 5}\"/>");
            Add($"<text x=\"{x:0.#}\" y=\"{bottom + 21}\" text-anchor=\"middle\">{label}</text>");
        }

        Add($"<line class=\"axis\" x1=\"{Left}\" x2=\"{End}\" y1=\"{bottom}\" y2=\"{bottom}\"/>");
        Add($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Left}\" y1=\"{Top}\" y2=\"{bottom}\"/>");
        Add($"<text x=\"{Left + (PlotWidth / 2)}\" y=\"{Height - 7}\" text-anchor=\"middle\">{Escape(xLabel)}</text>");
    }

    public string Close(string title) =>
        FormattableString.Invariant(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" ")
        + $"aria-label=\"{Escape(title)}\">\n{_svg}</svg>";
}
