using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class ItemisedGradientNormTests
{
    private const int SequenceLength = 11;
    private const int BatchSize = 2;
    private const int Sequence = 1;

    public static TheoryData<string, int> CellCases()
    {
        TheoryData<string, int> cases = [];
        foreach (string cell in TestedCells.Names)
        {
            cases.Add(cell, 1);
            cases.Add(cell, 17);
            cases.Add(cell, 40);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Measure_EveryPairOfEveryLayer_MatchesOneBackwardPassOfTheTwinPerLoss(string cellName, int hiddenSize)
    {
        CellDescription cell = TestedCells.Named(cellName);
        LayerOptions lower = new(cell, hiddenSize);
        LayerOptions upper = new(cell, hiddenSize + 2);
        NetworkOptions options = TwinSetup.Stack(lower, upper) with { OutputSize = 0 };
        using TwinSetup setup = new(options, SequenceLength, BatchSize, 1.2 / Math.Sqrt(hiddenSize));
        setup.Pass.Forward();
        setup.Twin.Forward();
        int width = hiddenSize + 2;
        float[] local = TwinSetup.Gaussian(new SplittableRandom(5), SequenceLength * width);
        ItemisedGradientMap map = ItemisedGradientNorm.Measure(setup.Pass, Sequence, local);
        const int Pairs = SequenceLength * SequenceLength;
        double[][] expected = [new double[Pairs], new double[Pairs]];
        double[][] expectedCell = [[.. expected[0]], [.. expected[1]]];
        for (int tau = 0; tau < SequenceLength; tau++)
        {
            setup.Twin.OutputGradient.Clear();
            TwinSetup.Widen(
                local.AsSpan(tau * width, width),
                setup.Twin.OutputGradient[(((tau * BatchSize) + Sequence) * width)..]);
            setup.Twin.Backward();
            for (int layer = 0; layer < 2; layer++)
            {
                int h = options.Layers[layer].HiddenSize;
                FillRow(setup.Twin.HiddenGradient(layer), h, tau, expected[layer]);
                FillRow(setup.Twin.CellGradient(layer), h, tau, expectedCell[layer]);
            }
        }

        for (int layer = 0; layer < 2; layer++)
        {
            TwinSetup.Close(expected[layer], map.Hidden(layer), TwinSetup.FloatAgainstTwin, "itemised gradient");
            if (setup.Pass.Layers[layer].HasCellState)
            {
                TwinSetup.Close(expectedCell[layer], map.Cell(layer), TwinSetup.FloatAgainstTwin, "itemised gradient");
            }
        }
    }

    [Theory]
    [InlineData("rnn")]
    [InlineData("lstm")]
    public void Measure_LayerFarBelowTheOneAbove_SquaresDoNotVanish(string cellName)
    {
        CellDescription cell = TestedCells.Named(cellName);
        // A row is scaled by its largest layer: the squares of this one would be below the smallest float.
        const float Faint = 1e-24f;
        const int HiddenSize = 17;
        LayerOptions layer = new(cell, HiddenSize);
        NetworkOptions options = TwinSetup.Stack(layer, layer) with { OutputSize = 0 };
        using TwinSetup setup = new(options, SequenceLength, BatchSize);
        Parameter between = setup.Network.Layers[1].InputWeights;
        float[] weights = new float[between.Count];
        between.Export(setup.Network.Parameters.Span, weights);
        between.Import(Array.ConvertAll(weights, static weight => Faint * weight), setup.Network.Parameters.Span);
        setup.Twin.CopyParametersFrom(setup.Network);
        setup.Pass.Forward();
        setup.Twin.Forward();
        float[] local = new float[SequenceLength * HiddenSize];
        local.AsSpan(local.Length - HiddenSize).Fill(1);
        ItemisedGradientMap map = ItemisedGradientNorm.Measure(setup.Pass, Sequence, local);
        double[] expected = new double[SequenceLength * SequenceLength];
        TwinSetup.Widen(
            local.AsSpan(local.Length - HiddenSize),
            setup.Twin.OutputGradient[((((SequenceLength - 1) * BatchSize) + Sequence) * HiddenSize)..]);
        setup.Twin.Backward();
        FillRow(setup.Twin.HiddenGradient(0), HiddenSize, SequenceLength - 1, expected);

        Assert.Equal(Faint, expected[^1], 10 * Faint);
        TwinSetup.Close(expected, map.Hidden(0), TwinSetup.FloatAgainstTwin, "itemised gradient");
    }

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Measure_FromTheLastLossOn_IsTheLastRowOfAll(string cellName, int hiddenSize)
    {
        CellDescription cell = TestedCells.Named(cellName);
        LayerOptions layer = new(cell, hiddenSize);
        NetworkOptions options = TwinSetup.Stack(layer, layer) with { Dropout = 0.3 };
        using TwinSetup setup = new(options, SequenceLength, BatchSize, 1.2 / Math.Sqrt(hiddenSize));
        setup.Pass.Forward(dropoutKey: 4);
        ItemisedGradientMap all = ItemisedGradientNorm.Measure(setup.Pass, Sequence);
        ItemisedGradientMap last = ItemisedGradientNorm.Measure(
            setup.Pass, Sequence, firstLoss: SequenceLength - 1);
        for (int i = 0; i < 2; i++)
        {
            TwinSetup.Close(
                all.Hidden(i)[^SequenceLength..], last.Hidden(i), TwinSetup.FloatAgainstTwin, "itemised gradient");
        }
    }

    [Theory]
    [MemberData(nameof(CellCases))]
    public void ColumnSums_AreTheEnginesTotalGradient(string cellName, int hiddenSize)
    {
        CellDescription cell = TestedCells.Named(cellName);
        LayerOptions layer = new(cell, hiddenSize);
        NetworkOptions options = TwinSetup.Stack(layer, layer) with { Dropout = 0.3 };
        using TwinSetup setup = new(options, SequenceLength, BatchSize, 1.2 / Math.Sqrt(hiddenSize));
        setup.Pass.Forward(dropoutKey: 4);
        setup.Pass.Backward();
        ItemisedGradientMap map = ItemisedGradientNorm.Measure(setup.Pass, Sequence);
        float[] total = new float[BatchSize * hiddenSize];
        for (int i = 0; i < 2; i++)
        {
            double[] expected = new double[SequenceLength * hiddenSize];
            for (int t = 0; t < SequenceLength; t++)
            {
                setup.Pass.Layers[i].HiddenGradient(t).CopyTo(total);
                TwinSetup.Widen(total.AsSpan(Sequence * hiddenSize, hiddenSize), expected.AsSpan(t * hiddenSize));
            }

            TwinSetup.Close(expected, map.ColumnSums(i), TwinSetup.FloatAgainstTwin, "itemised column sums");
        }
    }

    [Fact]
    public void Measure_Window_CutsLagsAndChangesNothingElse()
    {
        LayerOptions layer = new(Cells.Gru, 9);
        using TwinSetup setup = new(TwinSetup.Stack(layer, layer), SequenceLength, BatchSize);
        setup.Pass.Forward();
        ItemisedGradientMap all = ItemisedGradientNorm.Measure(setup.Pass, Sequence);
        ItemisedGradientMap few = ItemisedGradientNorm.Measure(setup.Pass, Sequence, window: 3);
        for (int tau = 0; tau < SequenceLength; tau++)
        {
            for (int t = 0; t < SequenceLength; t++)
            {
                int pair = (tau * SequenceLength) + t;
                double expected = t <= tau && tau - t <= 3 ? all.Hidden(1)[pair] : 0;
                Assert.Equal(expected, few.Hidden(1)[pair], 1e-6 * expected);
            }
        }
    }

    [Theory]
    [InlineData(0.25f)]
    [InlineData(4f)]
    public void Measure_BeyondTheRangeOfFloat_IsStillAPowerOfTheWeight(float weight)
    {
        // ReLU of one unit that stays positive: ∂h_τ/∂hₜ = w^(τ−t), here down to 4⁻¹¹⁹ and up to 4¹¹⁹; float ends at
        // 2^±149.
        const int Timesteps = 120;
        RecurrentNetwork network = new(TwinSetup.Vectors(Cells.RnnRelu, 1));
        network.Layers[0].RecurrentWeights.Import([weight], network.Parameters.Span);
        network.Layers[0].InputBias.Import([weight < 1 ? 1f : 0], network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, Timesteps, 1, pool);
        pass.Layers[0].SetInitialState([1e-37f]);
        pass.Forward();
        float[] local = new float[Timesteps];
        local[^1] = 1;
        int lags = weight < 1 ? Timesteps - 1 : 100;
        ItemisedGradientMap map = ItemisedGradientNorm.Measure(pass, 0, local, lags);
        double[] measured = new double[lags];
        double[] expected = new double[lags];
        for (int lag = 0; lag < lags; lag++)
        {
            expected[lag] = lag * Math.Log(weight);
            measured[lag] = Math.Log(map.Hidden(0)[(Timesteps * Timesteps) - 1 - lag]);
        }

        TwinSetup.Close(expected, measured, 1e-6, "itemised gradient, ln of a power");
    }

    [Theory]
    [InlineData(1e-30f)]
    [InlineData(1e25f)]
    public void Measure_LocalGradientWhoseSquareLeavesFloat_IsStillMeasured(float size)
    {
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.Lstm, 9), SequenceLength, BatchSize);
        setup.Pass.Forward();
        float[] local = TwinSetup.Gaussian(new SplittableRandom(5), SequenceLength * 9);
        ItemisedGradientMap expected = ItemisedGradientNorm.Measure(setup.Pass, Sequence, local);
        ItemisedGradientMap map = ItemisedGradientNorm.Measure(
            setup.Pass, Sequence, Array.ConvertAll(local, value => value * size));
        double[] scaled = Array.ConvertAll(expected.Hidden(0).ToArray(), norm => norm * size);
        TwinSetup.Close(scaled, map.Hidden(0), TwinSetup.FloatAgainstTwin, "itemised gradient");
    }

    [Fact]
    public void Measure_LocalGradientThatIsNotFinite_ReachesNormsAndSums()
    {
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.Gru, 3), SequenceLength, BatchSize);
        setup.Pass.Forward();
        float[] local = TwinSetup.Gaussian(new SplittableRandom(5), SequenceLength * 3);
        local[^1] = float.NaN;
        ItemisedGradientMap map = ItemisedGradientNorm.Measure(setup.Pass, Sequence, local);
        Assert.Equal(double.NaN, map.Hidden(0)[^SequenceLength]);
        Assert.Contains(float.NaN, map.ColumnSums(0).ToArray());
        Assert.True(double.IsFinite(map.Hidden(0)[0]));
    }

    private static void FillRow(ReadOnlySpan<double> gradients, int hiddenSize, int tau, double[] map)
    {
        for (int t = 0; t < SequenceLength && !gradients.IsEmpty; t++)
        {
            int row = ((t + 1) * BatchSize) + Sequence;
            map[(tau * SequenceLength) + t] = TwinSetup.Norm(gradients.Slice(row * hiddenSize, hiddenSize));
        }
    }
}
