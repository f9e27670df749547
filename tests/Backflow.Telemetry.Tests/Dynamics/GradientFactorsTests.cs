using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class GradientFactorsTests
{
    // Factors are in double, from states in float; the pass sums gradients in float over 9 timesteps.
    private const double FloatGradients = 2e-4;

    public static TheoryData<CellKind> Cells => [.. CellNames.All];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Measure_LossAtTheLastTimestep_FactorsSumToTheMeasuredDecay(CellKind cell)
    {
        const int Timesteps = 9;
        const int H = 17;
        NetworkOptions options = TwinSetup.Stack(new LayerOptions(cell, H)) with { HeadPosition = HeadPosition.LastTimestep };
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

    [Fact]
    public void Measure_ReluWithoutDeadUnits_ActivationCostsNothing()
    {
        using TwinSetup setup = new(
            TwinSetup.Stack(new LayerOptions(CellKind.RnnRelu, 8)) with { HeadPosition = HeadPosition.LastTimestep }, 5, 1);
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
        int h = pass.HiddenSize(0);
        float[] gradient = new float[pass.BatchSize * h];
        if (pass.HasCellState(0))
        {
            pass.GetCellGradient(0, timestep + 1, gradient);
        }
        else
        {
            pass.GetHiddenGradient(0, timestep + 1, gradient);
        }

        return GradientClipping.Norm(gradient.AsSpan(sequence * h, h));
    }
}
