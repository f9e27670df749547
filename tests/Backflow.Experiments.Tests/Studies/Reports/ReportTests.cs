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
        Chart chart = new(
            "a < b", "x", "y", [new("n & m", [ChartPoint.Exact(1, 1e-3), ChartPoint.Exact(2, 0), ChartPoint.Exact(3, 1e-9)])])
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
        string[] sizes = [.. drawing.Descendants().Where(static element => element.Attribute("class")?.Value.StartsWith("mark", StringComparison.Ordinal) is true)
            .Select(static mark => mark.Attribute("transform")!.Value.Split("scale")[1])];
        Assert.Equal(["(5.2)", "(4)", "(4)"], sizes);
        string baseline = drawing.Descendants().Last(static element => element.Name.LocalName == "polyline").Attribute("points")!.Value;
        Assert.Equal(2, baseline.Split(' ').Length);
    }

    [Fact]
    public void HtmlFigure_LongLines_AreKnownByTheirMarksToo()
    {
        ChartPoint[] points = [.. Enumerable.Range(0, 100).Select(static x => ChartPoint.Exact(x, x))];
        Chart chart = new("t", "x", "what is measured", [new("a", [.. points]), new("b", [.. points]), new("c", [.. points], IsReference: true)]);
        string html = HtmlFigure.Write(chart);
        string[] shapes = [.. XElement.Parse(html).Descendants().Where(static element => element.Attribute("class")?.Value == "mark")
            .Select(static mark => mark.Attribute("d")!.Value)];

        Assert.Equal(2, shapes.Distinct().Count());
        Assert.All(shapes, shape => Assert.InRange(html.Split(shape).Length - 2, 5, 8));
        Assert.Contains("what is measured", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is 8.7e-67 (RNN)", "is 8.7·10<sup>−67</sup> (RNN)")]
    [InlineData("1.2e+9", "1.2·10<sup>9</sup>")]
    [InlineData("(γσ₁)^50, (σ₁/4)^(T−1)", "(γσ₁)<sup>50</sup>, (σ₁/4)<sup>T−1</sup>")]
    [InlineData("∂h_T/∂h₁, J_Tᵀ", "∂h<sub>T</sub>/∂h₁, J<sub>T</sub>ᵀ")]
    [InlineData("see `backflow experiment clip`", "see <code>backflow experiment clip</code>")]
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
        "cell,value\n\"lstm, chrono\",\"a \"\"b\"\"\"\n", CsvTable.Write(new StudyTable(["cell", "value"], [["lstm, chrono", "a \"b\""]])));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(2.26e-43, "2.3e-43")]
    [InlineData(0.0133, "0.0133")]
    [InlineData(0.1667, "0.167")]
    [InlineData(125.24, "125.24")]
    [InlineData(1.2e6, "1.2e+6")]
    [InlineData(double.PositiveInfinity, "∞")]
    public void Short_Number_IsReadable(double value, string expected) =>
        Assert.Equal(expected, StudyFigures.Short(value));
}
