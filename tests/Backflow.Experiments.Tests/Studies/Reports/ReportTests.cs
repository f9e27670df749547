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
        Assert.Contains("n &amp; m", text, StringComparison.Ordinal);
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
        string[] radii = [.. drawing.Descendants().Where(static element => element.Name.LocalName == "circle")
            .Select(static circle => circle.Attribute("r")!.Value)];
        Assert.Equal(["5", "3", "3"], radii);
        string baseline = drawing.Descendants().Last(static element => element.Name.LocalName == "polyline").Attribute("points")!.Value;
        Assert.Equal(2, baseline.Split(' ').Length);
    }

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
    public void Short_Number_IsReadable(double value, string expected) => Assert.Equal(expected, StudyFigures.Short(value));
}
