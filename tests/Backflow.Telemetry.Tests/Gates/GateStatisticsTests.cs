using Backflow.Engine;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Telemetry.Tests;

public class GateStatisticsTests
{
    private const int SequenceLength = 6;
    private const int BatchSize = 5;

    [Theory]
    [InlineData("lstm", 1)]
    [InlineData("lstm", 33)]
    [InlineData("gru", 17)]
    [InlineData("gru-reset-before", 17)]
    public void Measure_EveryGate_MatchesGatesWorkedOutFromTheTwinsStates(string cellName, int hiddenSize)
    {
        CellDescription cell = Cells.Named(cellName);
        using TwinSetup setup = new(TwinSetup.Vectors(cell, hiddenSize), SequenceLength, BatchSize, scale: 1.5);
        setup.Pass.Forward();
        setup.Twin.Forward();
        GateRows rows = new(cell, SequenceLength);
        GateStatistics.Measure(setup.Pass.Layers[0], rows);
        for (int gate = 0; gate < cell.GateNames.Length; gate++)
        {
            double[][] expected = [.. Enumerable.Range(0, 4).Select(static _ => new double[SequenceLength])];
            for (int t = 0; t < SequenceLength; t++)
            {
                double[] values = Values(setup.Twin, cell, hiddenSize, gate, t);
                bool isCandidate = cell.Gates[gate].Activation.IsSigned;
                double[] sizes = Array.ConvertAll(values, value => isCandidate ? Math.Abs(value) : value);
                expected[0][t] = values.Average();
                expected[1][t] = sizes.Count(static y => y < 0.1) / (double)values.Length;
                expected[2][t] = sizes.Count(static y => y > 0.9) / (double)values.Length;
                expected[3][t] = values.Average(y => isCandidate ? 1 - (y * y) : y * (1 - y));
            }

            float[][] measured =
            [
                rows.Mean(gate).ToArray(),
                rows.ShareBelow(gate).ToArray(),
                rows.ShareAbove(gate).ToArray(),
                rows.MeanDerivative(gate).ToArray(),
            ];
            for (int row = 0; row < 4; row++)
            {
                for (int t = 0; t < SequenceLength; t++)
                {
                    Assert.Equal(expected[row][t], measured[row][t], TwinSetup.FloatAgainstTwin);
                }
            }

            double[] shares = [.. expected[1], .. expected[2]];
            float[] measuredShares = [.. measured[1], .. measured[2]];
            Deviations.Note("gate shares", shares.Zip(measuredShares, static (e, m) => Math.Abs(e - m)).Max());
            TwinSetup.Close(expected[0], measured[0], TwinSetup.FloatAgainstTwin, "gate mean");
            TwinSetup.Close(expected[3], measured[3], TwinSetup.FloatAgainstTwin, "gate derivative");
        }
    }

    [Fact]
    public void Measure_BiasThatHoldsTheGate_ReportsItClosedOrOpen()
    {
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.Lstm, 4), SequenceLength, BatchSize, scale: 0.01);
        float[] bias = new float[16];
        bias.AsSpan(0, 4).Fill(-6);
        bias.AsSpan(4, 4).Fill(6);
        setup.Network.Layers[0].InputBias.Import(bias, setup.Network.Parameters.Span);
        setup.Pass.Forward();
        GateRows rows = new(Cells.Lstm, SequenceLength);
        GateStatistics.Measure(setup.Pass.Layers[0], rows);
        Assert.All(rows.ShareBelow((int)LstmGate.Input).ToArray(), static share => Assert.Equal(1, share));
        Assert.All(rows.ShareAbove((int)LstmGate.Forget).ToArray(), static share => Assert.Equal(1, share));
        Assert.All(
            rows.MeanDerivative((int)LstmGate.Forget).ToArray(),
            static derivative => Assert.InRange(derivative, 0, 0.01));
    }

    [Theory]
    [InlineData(LstmGate.Forget, 10)]
    [InlineData(LstmGate.Input, 13)]
    [InlineData(LstmGate.Candidate, 5)]
    public void Measure_ManySaturatedGates_KeepsTheDigitsOfTheDerivative(LstmGate gate, float preActivation)
    {
        // 1 − y is 5e-5 and less: in a float sum of many thousand gates near 1 nothing would be left of it.
        const int HiddenSize = 128;
        const int Sequences = 256;
        const double FloatNearOne = 6e-8;
        const double SumOfAChunk = 2e-6;
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.Lstm, HiddenSize), SequenceLength, Sequences, scale: 0);
        float[] bias = new float[4 * HiddenSize];
        bias.AsSpan((int)gate * HiddenSize, HiddenSize).Fill(preActivation);
        setup.Network.Layers[0].InputBias.Import(bias, setup.Network.Parameters.Span);
        setup.Pass.Forward();
        GateRows rows = new(Cells.Lstm, SequenceLength);
        GateStatistics.Measure(setup.Pass.Layers[0], rows);

        double y = gate == LstmGate.Candidate ? Math.Tanh(preActivation) : 1 / (1 + Math.Exp(-preActivation));
        double slope = gate == LstmGate.Candidate ? 1 - (y * y) : y * (1 - y);
        Assert.All(rows.Mean((int)gate).ToArray(), mean => Assert.Equal(y, mean, SumOfAChunk));
        Assert.All(
            rows.MeanDerivative((int)gate).ToArray(),
            derivative => Assert.Equal(slope, derivative, 4 * FloatNearOne));
    }

    [Fact]
    public void Measure_RowsOfAnotherCellOrLength_SaysWhichAndWhich()
    {
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.RnnTanh, 4), 2, 1);
        ArgumentException cell = Assert.Throws<ArgumentException>(
            () => GateStatistics.Measure(setup.Pass.Layers[0], new GateRows(Cells.Gru, 2)));
        Assert.Contains("for gru and T = 2; layer 0 is rnn", cell.Message, StringComparison.Ordinal);
        ArgumentException length = Assert.Throws<ArgumentException>(
            () => GateStatistics.Measure(setup.Pass.Layers[0], new GateRows(Cells.RnnTanh, 3)));
        Assert.Contains("T = 3; layer 0 is rnn and T = 2", length.Message, StringComparison.Ordinal);
        Assert.Empty(new GateRows(Cells.RnnTanh, 2).Gates);
    }

    // Gates straight from the equations, on the states that the twin computed.
    private static double[] Values(ReferenceNetwork twin, CellDescription cell, int hiddenSize, int gate, int t)
    {
        double[] values = new double[BatchSize * hiddenSize];
        for (int i = 0; i < values.Length; i++)
        {
            (int row, int unit) = Math.DivRem(i, hiddenSize);
            double[] before = twin.Hidden(0).Slice(((t * BatchSize) + row) * hiddenSize, hiddenSize).ToArray();
            double[] read = twin.Input.Slice(((t * BatchSize) + row) * 3, 3).ToArray();
            double input = Sum(twin, "ih", gate, unit, read, hiddenSize);
            double[] resets = [.. Enumerable.Range(0, hiddenSize).Select(k => Sigmoid(
                Sum(twin, "ih", 0, k, read, hiddenSize) + Sum(twin, "hh", 0, k, before, hiddenSize)))];
            values[i] = (cell.Name, cell.Gates[gate].Activation.IsSigned) switch
            {
                ("gru", true) => Math.Tanh(input + (resets[unit] * Sum(twin, "hh", gate, unit, before, hiddenSize))),
                ("gru-reset-before", true) => Math.Tanh(input + Sum(
                    twin, "hh", gate, unit, [.. before.Zip(resets, static (h, r) => h * r)], hiddenSize)),
                (_, true) => Math.Tanh(input + Sum(twin, "hh", gate, unit, before, hiddenSize)),
                _ => Sigmoid(input + Sum(twin, "hh", gate, unit, before, hiddenSize)),
            };
        }

        return values;
    }

    private static double Sum(ReferenceNetwork twin, string side, int gate, int unit, double[] values, int hiddenSize)
    {
        int row = (gate * hiddenSize) + unit;
        double sum = twin.Parameter($"bias_{side}_l0")[row];
        for (int k = 0; k < values.Length; k++)
        {
            sum += twin.Parameter($"weight_{side}_l0")[(row * values.Length) + k] * values[k];
        }

        return sum;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
