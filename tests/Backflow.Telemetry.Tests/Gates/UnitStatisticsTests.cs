using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class UnitStatisticsTests
{
    private const int SequenceLength = 8;
    private const int BatchSize = 3;
    private const int HiddenSize = 19;

    public static TheoryData<string> CellCases() => [.. TestedCells.Names];

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Measure_EveryCell_MatchesNaiveCounts(string cellName)
    {
        CellDescription cell = TestedCells.Named(cellName);
        using TwinSetup setup = new(TwinSetup.Vectors(cell, HiddenSize), SequenceLength, BatchSize, scale: 2);
        setup.Pass.Forward();
        setup.Twin.Forward();
        float[] saturation = new float[SequenceLength];
        double dead = UnitStatistics.Measure(setup.Pass.Layers[0], saturation);
        double[] states = setup.Twin.Hidden(0)[(BatchSize * HiddenSize)..].ToArray();
        bool[] saturated = Array.ConvertAll(states, h => cell.Name switch
        {
            "rnn-relu" => h <= 0,
            "rnn-sigmoid" => h < 0.1 || h > 0.9,
            _ => Math.Abs(h) > 0.9,
        });
        Assert.Contains(true, saturated);
        for (int t = 0; t < SequenceLength; t++)
        {
            const int States = BatchSize * HiddenSize;
            double expected = saturated.Skip(t * States).Take(States).Count(static s => s) / (double)States;
            Assert.Equal(expected, saturation[t], 1e-6);
            Deviations.Note("unit saturation", Math.Abs(expected - saturation[t]));
        }

        int stuck = Enumerable.Range(0, HiddenSize).Count(
            unit => saturated.Where((_, i) => i % HiddenSize == unit).All(static s => s));
        Assert.Equal(stuck / (double)HiddenSize, dead, 1e-12);
        Deviations.Note("dead units", Math.Abs((stuck / (double)HiddenSize) - dead));
    }

    [Fact]
    public void Measure_ReluWithNegativeBias_CountsItsUnitsAsDead()
    {
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.RnnRelu, 4), SequenceLength, BatchSize, scale: 0.1);
        setup.Network.Layers[0].InputBias.Import([-50, -50, -50, 50], setup.Network.Parameters.Span);
        setup.Pass.Forward();
        float[] saturation = new float[SequenceLength];
        Assert.Equal(0.75, UnitStatistics.Measure(setup.Pass.Layers[0], saturation));
        Assert.All(saturation, static share => Assert.Equal(0.75f, share));
    }
}
