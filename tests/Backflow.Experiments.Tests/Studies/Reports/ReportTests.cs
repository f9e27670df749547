using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using Backflow.Experiments.Studies;
using Backflow.Experiments.Studies.Reports;
using Xunit;

namespace Backflow.Experiments.Tests.Studies.Reports;

public sealed class ReportTests
{
    [Fact]
    public void SvgChart_LogarithmicAxisWithZeros_LeavesThemOutAndEscapesNames()
    {
        ImmutableArray<ChartPoint> points =
            [ChartPoint.Exact(1, 1e-3), ChartPoint.Exact(2, 0), ChartPoint.Exact(3, 1e-9)];
        Chart chart = new("a < b", "x", "y", [new("n & m", points)])
        {
            IsLogarithmic = true,
        };
        XElement drawing = XElement.Parse(SvgChart.Draw(chart));
        string text = drawing.ToString();

        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", text, StringComparison.Ordinal);
        Assert.Contains("n &amp; m", HtmlFigure.Write(chart), StringComparison.Ordinal);
        Assert.Equal(2, drawing.Elements().Count(static element => element.Name.LocalName == "polyline"));
    }

    [Fact]
    public void SvgChart_LinesInTheSamePlaceAndABaselineOfOnePlace_AreAllSeen()
    {
        Chart chart = new(
            "t",
            "x",
            "y",
            [
                new("under", [ChartPoint.Exact(50, 1)]),
                new("over", [ChartPoint.Exact(50, 1)]),
                new("apart", [ChartPoint.Exact(50, 0.2)]),
                new("chance", [ChartPoint.Exact(50, 0.5)], IsReference: true),
            ])
        {
            IsShare = true,
        };
        XElement drawing = XElement.Parse(SvgChart.Draw(chart));
        string[] sizes =
        [
            .. drawing.Descendants().Where(static element =>
                    element.Attribute("class")?.Value.StartsWith("mark", StringComparison.Ordinal) is true)
                .Select(static mark => mark.Attribute("transform")!.Value.Split("scale")[1]),
        ];
        Assert.Equal(["(5.2)", "(4)", "(4)"], sizes);
        XElement baseline = drawing.Descendants().Last(static element => element.Name.LocalName == "polyline");
        Assert.Equal(2, baseline.Attribute("points")!.Value.Split(' ').Length);
    }

    [Fact]
    public void HtmlFigure_LongLines_AreKnownByTheirMarksToo()
    {
        ImmutableArray<ChartPoint> points = [.. Enumerable.Range(0, 100).Select(static x => ChartPoint.Exact(x, x))];
        Chart chart = new(
            "t", "x", "what is measured", [new("a", points), new("b", points), new("c", points, IsReference: true)]);
        string html = HtmlFigure.Write(chart);
        string[] shapes =
        [
            .. XElement.Parse(html).Descendants()
                .Where(static element => element.Attribute("class")?.Value == "mark")
                .Select(static mark => mark.Attribute("d")!.Value),
        ];

        Assert.Equal(2, shapes.Distinct().Count());
        Assert.All(shapes, shape => Assert.InRange(html.Split(shape).Length - 2, 5, 8));
        Assert.Contains("what is measured", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is 8.7e-67 (RNN)", "is 8.7·10<sup>−67</sup> (RNN)")]
    [InlineData("1.2e9", "1.2·10<sup>9</sup>")]
    [InlineData("(γσ₁)^50, (σ₁/4)^(T−1)", "(γσ₁)<sup>50</sup>, (σ₁/4)<sup>T−1</sup>")]
    [InlineData("see `backflow experiment clip`", "see <code>backflow experiment clip</code>")]
    [InlineData("run rnn-3e5 and ab1e5", "run rnn-3e5 and ab1e5")]
    [InlineData("a < one", "a &lt; one")]
    public void Formulas_IsTypeset(string text, string html) => Assert.Equal(html, HtmlReport.Formulas(text));

    [Theory]
    [InlineData(1, "#fde725")]
    [InlineData(1e-8, "#440154")]
    [InlineData(0, "#440154")]
    [InlineData(double.NaN, "#d00000")]
    public void SvgHeatmap_Colour_IsViridisAndRedForWhatIsNotFinite(double value, string colour)
    {
        Heatmap map = new("t", "x", "y", []) { Caption = "c", Low = 1e-8, High = 1 };
        Assert.Equal(colour, SvgHeatmap.Colour(map, value));
    }

    [Fact]
    public void CsvTable_CellsWithCommasAndQuotes_AreQuoted() => Assert.Equal(
        "cell,value\n\"lstm, chrono\",\"a \"\"b\"\"\"\n",
        CsvTable.Write(new StudyTable(["cell", "value"], [["lstm, chrono", "a \"b\""]])));

    [Fact]
    public void SvgHeatmap_Timesteps_CountFromZero()
    {
        ImmutableArray<HeatmapColumn> columns = [new(1, [1, 1, 1]), new(2, [1, 1, 1])];
        Heatmap map = new("t", "x", "y", columns) { Caption = "c", Low = 1e-8, High = 1 };
        XElement[] labels =
        [
            .. XElement.Parse(SvgHeatmap.Draw(map)).Descendants()
                .Where(static element => element.Attribute("text-anchor")?.Value == "end"),
        ];

        // The lowest row of three is timestep 0 and the highest timestep 2, each label at the middle of its row.
        Assert.Equal(
            ["0", "1", "2"],
            labels.Select(static label => label.Value).Where(static text => text.Length == 1));
        double[] heights =
        [
            .. labels.Where(static label => label.Value.Length == 1)
                .Select(static label => double.Parse(label.Attribute("y")!.Value, CultureInfo.InvariantCulture) - 4),
        ];
        double row = SvgCanvas.PlotHeight / 3;
        double bottom = SvgCanvas.Height - SvgCanvas.Bottom;
        Assert.All(heights.Index(), place => Assert.Equal(bottom - (row * (place.Index + 0.5)), place.Item, 0.1));
    }

    [Fact]
    public void SvgChart_LargeNumbers_HaveThousandsMarked()
    {
        Chart chart = new("t", "step", "y", [new("a", [ChartPoint.Exact(1, 1), ChartPoint.Exact(2000, 2)])]);
        Assert.Contains(">2,000<", SvgChart.Draw(chart), StringComparison.Ordinal);
    }
}
