using System.Text.Json;
using Backflow.Lessons.Recurrence;

namespace Backflow.Lessons.Tests.Recurrence;

public sealed class RandomMatricesTests
{
    /// <summary>Four standard errors of the mean logarithm over 101 draws of 16 units and 50 factors.</summary>
    private const double DriftTolerance = 0.5;

    [Fact]
    public void DepthProducts_DifferentMatrices_DriftAsTheFormulaSays()
    {
        NormSpread spread = Products("50", "16", "1").Different;

        // E ln‖A v‖ = ½(ψ(H/2) + ln(2/H)) per factor for entries N(0, 1/H): ψ(8) = 2.0156, ln(1/8) = −2.0794.
        Assert.Equal(50 * 0.5 * (2.0156 - 2.0794), Math.Log(spread.Median[^1]), DriftTolerance);
        Assert.All(spread.Low.Zip(spread.High), static pair => Assert.True(pair.First <= pair.Second));
    }

    [Fact]
    public void DepthProducts_OneMatrix_SpreadsWider()
    {
        DepthProductsAnswer answer = Products("50", "16", "1");
        Assert.True(Width(answer.Shared) > 2 * Width(answer.Different));
        Assert.Equal(50, answer.Shared.Median.Length);

        static double Width(NormSpread spread) => Math.Log(spread.High[^1] / spread.Low[^1]);
    }

    [Fact]
    public void DepthProducts_Gain_MultipliesEveryFactor()
    {
        NormSpread usual = Products("20", "8", "1").Shared;
        NormSpread doubled = Products("20", "8", "2").Shared;
        Assert.Equal(Math.Pow(2, 20), doubled.Median[^1] / usual.Median[^1], 1e-6 * Math.Pow(2, 20));
    }

    [Fact]
    public void RandomStarts_FewStandNearOne_AndNoneExactly()
    {
        RandomStartsAnswer answer = RandomStarts.Answer(new QuestionValues(new Dictionary<string, string>()));
        Assert.Equal(0, answer.Exact);
        Assert.InRange(answer.Near, 1, answer.Draws / 10);
        Assert.Equal(answer.Radii.Count(static rho => rho is >= 0.99 and <= 1.01), answer.Near);
        Assert.Equal(answer.Radii.Order(), answer.Radii);
    }

    [Fact]
    public void RandomStarts_Gain_MovesThemAllAlike()
    {
        RandomStartsAnswer small = RandomStarts.Answer(
            new QuestionValues(new Dictionary<string, string> { ["gain"] = "0.5" }));
        RandomStartsAnswer usual = RandomStarts.Answer(new QuestionValues(new Dictionary<string, string>()));
        Assert.Equal(small.Draws, small.Below);
        Assert.Equal(usual.Radii[200] / 2, small.Radii[200], 1e-9);
    }

    [Fact]
    public void CellSizes_ThreeAndFourGates_AreThreeAndFourTimesAnRnn()
    {
        using JsonDocument answer = JsonDocument.Parse(EngineQuestions.Answer(
            "cell-sizes", new Dictionary<string, string> { ["inputs"] = "10", ["units"] = "20" }));
        long[] counts =
        [
            .. answer.RootElement.GetProperty("sizes").EnumerateArray()
                .Select(static size => size.GetProperty("parameters").GetInt64()),
        ];
        const long Rnn = (20 * 10) + (20 * 20) + 20 + 20;
        Assert.Equal([Rnn, 3 * Rnn, 4 * Rnn], counts);
    }

    private static DepthProductsAnswer Products(string depth, string units, string gain) => DepthProducts.Answer(
        new QuestionValues(
            new Dictionary<string, string> { ["depth"] = depth, ["units"] = units, ["gain"] = gain }));
}
