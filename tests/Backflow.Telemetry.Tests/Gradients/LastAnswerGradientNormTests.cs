using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public sealed class LastAnswerGradientNormTests : IDisposable
{
    private const int SequenceLength = 11;
    private const int BatchSize = 3;
    private const int NoTarget = -1;

    private readonly WorkerPool _pool = new(threads: 1);

    public static TheoryData<string, int> CellCases()
    {
        TheoryData<string, int> cases = [];
        foreach (string cell in TestedCells.Names)
        {
            cases.Add(cell, 1);
            cases.Add(cell, 17);
        }

        return cases;
    }

    public void Dispose() => _pool.Dispose();

    /// <summary>The itemised map, computed another way, has each loss's share of the mean over all targets: times their
    /// number it is the loss itself.</summary>
    [Theory]
    [MemberData(nameof(CellCases))]
    public void Measure_EveryLayer_IsTheItemisedRowOfTheLastLoss(string cellName, int hiddenSize)
    {
        CellDescription cell = TestedCells.Named(cellName);
        LayerOptions layer = new(cell, hiddenSize);
        using TwinSetup setup = new(
            TwinSetup.Stack(layer, layer), SequenceLength, BatchSize, 1.2 / Math.Sqrt(hiddenSize));
        LastAnswerGradientNorm norms = new(setup.Pass, _pool);
        setup.Pass.Forward();
        ItemisedGradientMap map = ItemisedGradientNorm.Measure(setup.Pass, sequence: 0, firstLoss: SequenceLength - 1);

        Assert.Equal(SequenceLength, norms.Repeat());
        float[] row = new float[SequenceLength];
        for (int i = 0; i < 2; i++)
        {
            norms.Measure(i, row);
            ReadOnlySpan<double> expected = setup.Pass.Layers[i].HasCellState ? map.Cell(i) : map.Hidden(i);
            double[] whole = [.. expected.ToArray().Select(share => share * SequenceLength * BatchSize)];
            double[] measured = [.. row.Select(static norm => (double)norm)];
            TwinSetup.Close(whole, measured, TwinSetup.FloatAgainstTwin, "last answer");
        }
    }

    [Fact]
    public void Repeat_SequencesThatEndEarlier_CountsToTheirLastAnswer()
    {
        const int Answer = 4;
        using TwinSetup setup = new(TwinSetup.Stack(new LayerOptions(Cells.Lstm, 5)), SequenceLength, BatchSize);
        setup.Pass.Head!.Targets[((Answer + 1) * BatchSize)..].Fill(NoTarget);
        LastAnswerGradientNorm norms = new(setup.Pass, _pool);
        setup.Pass.Forward();
        Assert.Equal(Answer + 1, norms.Repeat());
        float[] row = new float[SequenceLength];
        norms.Measure(0, row);
        Assert.All(row[..(Answer + 1)], static norm => Assert.True(norm > 0));
        Assert.All(row[(Answer + 1)..], static norm => Assert.Equal(0, norm));
    }

    [Fact]
    public void Repeat_NoTarget_IsNothing()
    {
        using TwinSetup setup = new(TwinSetup.Stack(new LayerOptions(Cells.Lstm, 5)), SequenceLength, BatchSize);
        setup.Pass.Head!.Targets.Fill(NoTarget);
        setup.Pass.Forward();
        Assert.Equal(0, new LastAnswerGradientNorm(setup.Pass, _pool).Repeat());
    }

    [Fact]
    public void CanMeasure_RealValuesAtEveryTimestep_IsFalse()
    {
        using TwinSetup setup = new(TwinSetup.Stack(new LayerOptions(Cells.Lstm, 5)), SequenceLength, BatchSize);
        Assert.True(LastAnswerGradientNorm.CanMeasure(setup.Pass));
        setup.Pass.Head!.SetTargetValues(new float[SequenceLength * BatchSize * setup.Pass.Head.OutputSize]);
        Assert.False(LastAnswerGradientNorm.CanMeasure(setup.Pass));
        Assert.Throws<ArgumentException>(() => new LastAnswerGradientNorm(setup.Pass, _pool));
    }
}
