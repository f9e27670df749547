using Backflow.Engine;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Telemetry.Tests;

public class LocalGradientNormTests
{
    private const int SequenceLength = 9;
    private const int BatchSize = 3;

    public static TheoryData<string, int> CellCases()
    {
        TheoryData<string, int> cases = [];
        foreach (string cell in TestedCells.Names)
        {
            cases.Add(cell, 1);
            cases.Add(cell, 17);
            cases.Add(cell, 70);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Measure_EveryLayer_MatchesTheLossWithTheRecurrenceCut(string cellName, int hiddenSize)
    {
        CellDescription cell = TestedCells.Named(cellName);
        LayerOptions layer = new(cell, hiddenSize);
        using TwinSetup setup = new(
            TwinSetup.Stack(layer, layer), SequenceLength, BatchSize, 1.2 / Math.Sqrt(hiddenSize));
        setup.Pass.Forward();
        setup.Pass.Backward();
        setup.Twin.Forward();
        setup.Twin.Backward();
        float[] norms = new float[SequenceLength];

        new LocalGradientNorm().Measure(setup.Pass.Layers[1], norms);
        TwinSetup.Close(TopLocal(setup.Twin, hiddenSize), norms, TwinSetup.FloatAgainstTwin, "local gradient");

        new LocalGradientNorm().Measure(setup.Pass.Layers[0], norms);
        TwinSetup.Close(LowerLocal(setup, cell, hiddenSize), norms, TwinSetup.FloatAgainstTwin, "local gradient");
    }

    [Fact]
    public void Measure_HeadOnTheLastTimestep_IsZeroBefore()
    {
        NetworkOptions options = TwinSetup.Stack(new LayerOptions(Cells.Gru, 6)) with
        {
            HeadPosition = HeadPosition.LastTimestep,
        };
        using TwinSetup setup = new(options, SequenceLength, BatchSize);
        setup.Pass.Forward();
        setup.Pass.Backward();
        float[] local = new float[SequenceLength];
        float[] total = new float[SequenceLength];
        new LocalGradientNorm().Measure(setup.Pass.Layers[0], local);
        new TotalGradientNorm().Measure(setup.Pass.Layers[0], total);
        Assert.All(local[..^1], static norm => Assert.Equal(0, norm));
        Assert.Equal(total[^1], local[^1], total[^1] * 1e-5);
    }

    [Fact]
    public void GetLocalGradient_WithDropout_IsTheTotalWhereNothingIsRecurrent()
    {
        LayerOptions lower = new(Cells.RnnTanh, 20);
        LayerOptions upper = new(Cells.RnnTanh, 6);
        NetworkOptions options = TwinSetup.Stack(lower, upper) with { Dropout = 0.4 };
        using TwinSetup setup = new(options, SequenceLength, BatchSize);
        Parameter recurrent = setup.Network.Layers[0].RecurrentWeights;
        recurrent.Import(new float[recurrent.Count], setup.Network.Parameters.Span);
        setup.Pass.Forward(dropoutKey: 99);
        setup.Pass.Backward();
        float[] local = new float[BatchSize * 20];
        float[] total = new float[BatchSize * 20];
        double[] wide = new double[BatchSize * 20];
        for (int t = 0; t < SequenceLength; t++)
        {
            setup.Pass.Layers[0].LocalGradient(t, local);
            setup.Pass.Layers[0].HiddenGradient(t).CopyTo(total);
            TwinSetup.Widen(total, wide);
            TwinSetup.Close(wide, local, TwinSetup.FloatAgainstTwin, "local gradient");
            Assert.Contains(0f, local);
        }
    }

    [Fact]
    public void Measure_TopLayerWithoutHead_SaysWhereTheGradientIs()
    {
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.RnnTanh, 4), SequenceLength, BatchSize);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(
            () => new LocalGradientNorm().Measure(setup.Pass.Layers[0], new float[SequenceLength]));
        Assert.Contains("SetOutputGradient", exception.Message, StringComparison.Ordinal);
    }

    // δy·W_head, from the twin's own outputs.
    private static double[] TopLocal(ReferenceNetwork twin, int hiddenSize)
    {
        int outputs = twin.Options.OutputSize;
        double[] norms = new double[SequenceLength];
        for (int t = 0; t < SequenceLength; t++)
        {
            double[] local = new double[BatchSize * hiddenSize];
            for (int i = 0; i < local.Length; i++)
            {
                for (int o = 0; o < outputs; o++)
                {
                    local[i] += twin.OutputsGradient[(((t * BatchSize) + (i / hiddenSize)) * outputs) + o]
                        * twin.Parameter("head.weight")[(o * hiddenSize) + (i % hiddenSize)];
                }
            }

            norms[t] = TwinSetup.Norm(local);
        }

        return norms;
    }

    // The upper layer alone, reading the lower layer's states as vectors: its ∂L/∂x is the lower layer's local
    // gradient.
    private static double[] LowerLocal(TwinSetup setup, CellDescription cell, int hiddenSize)
    {
        NetworkOptions options = TwinSetup.Vectors(cell, hiddenSize, inputSize: hiddenSize) with { OutputSize = 7 };
        ReferenceNetwork upper = new(options, SequenceLength, BatchSize);
        foreach (string name in upper.ParameterNames)
        {
            string source = name.Replace("_l0", "_l1", StringComparison.Ordinal);
            setup.Twin.Parameter(source).CopyTo(upper.Parameter(name));
        }

        int states = BatchSize * hiddenSize;
        setup.Twin.Hidden(0)[states..].CopyTo(upper.Input);
        setup.Twin.Hidden(1)[..states].CopyTo(upper.Hidden(0));
        if (setup.Pass.Layers[1].HasCellState)
        {
            setup.Twin.CellState(1)[..states].CopyTo(upper.CellState(0));
        }

        setup.Twin.Targets.CopyTo(upper.Targets);
        upper.Forward();
        upper.Backward();
        return [.. upper.InputGradient.ToArray().Chunk(states).Select(static row => TwinSetup.Norm(row))];
    }
}
