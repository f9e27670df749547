using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class WeightGradientNormTests
{
    private const int SequenceLength = 7;

    public static TheoryData<string, int, int> CellCases()
    {
        TheoryData<string, int, int> cases = [];
        foreach (string cell in TestedCells.Names)
        {
            cases.Add(cell, 1, 17);
            cases.Add(cell, 5, 9);
            cases.Add(cell, 3, 70);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Measure_MatchesTheMatrices_WhoseSumIsTheWeightGradient(string cellName, int batchSize, int hiddenSize)
    {
        CellDescription cell = TestedCells.Named(cellName);
        LayerOptions layer = new(cell, hiddenSize);
        using TwinSetup setup = new(
            TwinSetup.Stack(layer, layer), SequenceLength, batchSize, 1.2 / Math.Sqrt(hiddenSize));
        setup.Pass.Forward();
        setup.Pass.Backward();
        float[] norms = new float[SequenceLength];
        for (int i = 0; i < 2; i++)
        {
            RecurrentLayerParameters parameters = setup.Network.Layers[i];
            new RecurrentWeightGradientNorm().Measure(setup.Pass.Layers[i], norms);
            Check(setup, parameters.RecurrentWeights, norms, t => RecurrentMatrix(setup.Pass, i, cell, t), "recurrent");
            new InputWeightGradientNorm().Measure(setup.Pass.Layers[i], norms);
            Check(setup, parameters.InputWeights, norms, t => InputMatrix(setup.Pass, i, t), "input");
        }
    }

    [Fact]
    public void Measure_SequencesThatCancel_GiveZero()
    {
        // Two sequences with opposite local gradients from the same states: every contribution cancels exactly.
        RecurrentNetwork network = new(TwinSetup.Vectors(Cells.RnnTanh, 4));
        network.Layers[0].RecurrentWeights.Import(
            [.. Enumerable.Range(1, 16).Select(static i => i * 0.03f)], network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, 3, 2, pool);
        pass.Layers[0].SetInitialState([1, 1, 1, 1, 1, 1, 1, 1]);
        pass.Forward();
        pass.SetOutputGradient([.. Enumerable.Range(0, 24).Select(static i => i / 4 % 2 == 0 ? 1f : -1f)]);
        pass.Backward();
        float[] norms = new float[3];
        new RecurrentWeightGradientNorm().Measure(pass.Layers[0], norms);
        Assert.All(norms, static norm => Assert.Equal(0, norm, 1e-7));
    }

    private static void Check(
        TwinSetup setup, Parameter parameter, float[] norms, Func<int, double[]> matrix, string what)
    {
        double[] sum = new double[parameter.Count];
        double[] expected = new double[SequenceLength];
        for (int t = 0; t < SequenceLength; t++)
        {
            double[] contribution = matrix(t);
            expected[t] = TwinSetup.Norm(contribution);
            for (int k = 0; k < sum.Length; k++)
            {
                sum[k] += contribution[k];
            }
        }

        float[] gradient = new float[parameter.Count];
        parameter.Export(setup.Network.Gradients.Span, gradient);
        TwinSetup.Close(sum, gradient, TwinSetup.FloatAgainstTwin, $"{what} weight gradient, sum over timesteps");
        TwinSetup.Close(expected, norms, 1e-6, $"{what} weight gradient by timestep");
    }

    private static double[] RecurrentMatrix(NetworkPass pass, int layer, CellDescription cell, int t)
    {
        int h = pass.Layers[layer].HiddenSize;
        float[] gates = new float[pass.BatchSize * pass.Layers[layer].GateCount * h];
        float[] states = new float[pass.BatchSize * h];
        float[] candidateStates = new float[states.Length];
        pass.Layers[layer].RecurrentSideGradient(t, gates);
        pass.Layers[layer].Hidden(t - 1).CopyTo(states);
        pass.Layers[layer].CandidateState(t).CopyTo(candidateStates);
        return Outer(
            pass.BatchSize, gates, h, row => row >= cell.FirstMaskedGate * h ? candidateStates : states);
    }

    private static double[] InputMatrix(NetworkPass pass, int layer, int t)
    {
        float[] gates = new float[pass.BatchSize * pass.Layers[layer].GateCount * pass.Layers[layer].HiddenSize];
        float[] inputs = new float[pass.BatchSize * pass.Layers[layer].InputSize];
        pass.Layers[layer].InputSideGradient(t, gates);
        pass.Layers[layer].Input(t).CopyTo(inputs);
        return Outer(pass.BatchSize, gates, pass.Layers[layer].InputSize, _ => inputs);
    }

    // Σ_b dA_b·v_bᵀ, [G·H, K]
    private static double[] Outer(int batchSize, float[] gates, int columns, Func<int, float[]> right)
    {
        int rows = gates.Length / batchSize;
        double[] matrix = new double[rows * columns];
        for (int i = 0; i < matrix.Length; i++)
        {
            (int row, int k) = Math.DivRem(i, columns);
            for (int b = 0; b < batchSize; b++)
            {
                matrix[i] += (double)gates[(b * rows) + row] * right(row)[(b * columns) + k];
            }
        }

        return matrix;
    }
}
