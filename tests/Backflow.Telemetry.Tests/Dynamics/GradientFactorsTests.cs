using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class GradientFactorsTests
{
    // Factors are in double, from states in float; the pass sums gradients in float over 9 timesteps.
    private const double FloatGradients = 2e-4;

    public static TheoryData<string> CellCases => [.. TestedCells.Names];

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Measure_LossAtTheLastTimestep_FactorsSumToTheMeasuredDecay(string cellName)
    {
        CellDescription cell = TestedCells.Named(cellName);
        const int Timesteps = 9;
        const int H = 17;
        NetworkOptions options =
            TwinSetup.Stack(new LayerOptions(cell, H)) with { HeadPosition = HeadPosition.LastTimestep };
        using TwinSetup setup = new(options, Timesteps, batchSize: 2);
        setup.Pass.Forward();
        setup.Pass.Backward();
        for (int sequence = 0; sequence < 2; sequence++)
        {
            GradientFactors factors = GradientFactors.Measure(setup.Pass, 0, sequence);
            for (int t = 0; t < Timesteps - 1; t++)
            {
                double expected = Math.Log(Norm(setup.Pass, t, sequence) / Norm(setup.Pass, t + 1, sequence));
                double sum = factors.Elementwise[t] + factors.Rest[t];
                Assert.True(Math.Abs(expected - sum) < FloatGradients, $"{cell}, t = {t}: {expected:G9} and {sum:G9}");
            }
        }
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("gru-reset-before")]
    public void Measure_GatesWithoutRecurrentWeights_HaveNoPath(string cellName)
    {
        CellDescription cell = TestedCells.Named(cellName);
        // R of one gate at a time: every other path adds nothing, so its term is ln 1.
        const int H = 6;
        int gates = cell.GateNames.Length;
        for (int only = 0; only < gates; only++)
        {
            using TwinSetup setup = new(
                TwinSetup.Stack(new LayerOptions(cell, H)) with { HeadPosition = HeadPosition.LastTimestep }, 5, 1);
            Parameter recurrent = setup.Network.Layers[0].RecurrentWeights;
            float[] weights = new float[recurrent.Count];
            recurrent.Export(setup.Network.Parameters.Span, weights);
            for (int i = 0; i < weights.Length; i++)
            {
                // The reset gate before the product has no way back but the candidate's weights.
                int gate = i / (H * H);
                bool isCandidate = gate >= cell.FirstMaskedGate && only == cell.MaskGate;
                weights[i] = gate == only || isCandidate ? weights[i] : 0;
            }

            recurrent.Import(weights, setup.Network.Parameters.Span);
            setup.Pass.Forward();
            setup.Pass.Backward();
            GradientFactors factors = GradientFactors.Measure(setup.Pass, 0, 0);
            Assert.Equal(gates, GradientFactors.PathNames(cell).Length);
            for (int gate = 0; gate < gates; gate++)
            {
                bool hasPath = gate == only || (gate >= cell.FirstMaskedGate && only == cell.MaskGate);
                Assert.Equal(hasPath, factors.Paths[gate].Any(static log => log != 0));
            }
        }
    }

    [Fact]
    public void Measure_ReluWithoutDeadUnits_ActivationCostsNothing()
    {
        using TwinSetup setup = new(
            TwinSetup.Stack(new LayerOptions(Cells.RnnRelu, 8)) with { HeadPosition = HeadPosition.LastTimestep },
            5,
            1);
        Parameter bias = setup.Network.Layers[0].InputBias;
        bias.Import([.. Enumerable.Repeat(100f, bias.Count)], setup.Network.Parameters.Span);
        Parameter recurrent = setup.Network.Layers[0].RecurrentWeights;
        recurrent.Import([.. Enumerable.Repeat(0.1f, recurrent.Count)], setup.Network.Parameters.Span);
        setup.Pass.Forward();
        setup.Pass.Backward();
        Assert.All(GradientFactors.Measure(setup.Pass, 0, 0).Elementwise, static log => Assert.Equal(0, log, 1e-12));
    }

    private static double Norm(NetworkPass pass, int timestep, int sequence)
    {
        int h = pass.Layers[0].HiddenSize;
        float[] gradient = new float[pass.BatchSize * h];
        if (pass.Layers[0].HasCellState)
        {
            pass.Layers[0].CellGradient(timestep).CopyTo(gradient);
        }
        else
        {
            pass.Layers[0].HiddenGradient(timestep).CopyTo(gradient);
        }

        return GradientClipping.Norm(gradient.AsSpan(sequence * h, h));
    }
}
