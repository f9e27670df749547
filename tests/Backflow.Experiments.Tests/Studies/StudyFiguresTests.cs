using Backflow.Experiments.Studies;
using Backflow.Experiments.Studies.Flows;
using Backflow.Experiments.Studies.Reports;
using Xunit;

namespace Backflow.Experiments.Tests.Studies;

/// <summary>A network that diverged has NaN for a loss: that is the worst of all, and not the best.</summary>
public sealed class StudyFiguresTests
{
    [Fact]
    public void Median_NaN_CountsAsTheLargest()
    {
        Assert.Equal(0.3, StudyFigures.Median([double.NaN, 0.3, 0.2]));
        Assert.Equal(double.NaN, StudyFigures.Median([double.NaN, 0.3, double.NaN]));
        Assert.Equal(double.NaN, StudyFigures.Median([]));
    }

    [Fact]
    public void Spread_NaN_IsTheUpperEnd()
    {
        Assert.Equal("0.3 (0.2 to NaN)", FlowCharts.Spread([double.NaN, 0.3, 0.2]));
        Assert.Equal("NaN", FlowCharts.Spread([double.NaN, double.NaN]));
        Assert.Equal("–", FlowCharts.Spread([]));
        Assert.Equal("2e-4", FlowCharts.Spread([0.0002, 0.0002]));
    }

    [Fact]
    public void ChartPoint_NaN_LeavesTheLeastValue() => Assert.Equal(0.2, ChartPoint.Of(1, [double.NaN, 0.3, 0.2]).Low);

    [Fact]
    public void ForgetBiasFindings_DivergedStart_DoesNotLearnBest() => Assert.Contains(
        "bias 1 learns best",
        ForgetBiasStudy.Findings([new("bias 0", 9, 9, double.NaN, []), new("bias 1", 5, 5, 0.01, [])])[1],
        StringComparison.Ordinal);
}
