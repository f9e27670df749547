using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class CarouselTests
{
    private const int SequenceLength = 40;
    private const int BatchSize = 3;
    private const int HiddenSize = 18;

    /// <summary>Relative: products of 40 float gates against the power of one.</summary>
    private const double FortyFloatFactors = 1e-5;

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    [InlineData(3f)]
    public void Gain_ConstantForgetGate_IsAPowerOfItsSigmoid(float bias)
    {
        RecurrentNetwork network = new(TwinSetup.Vectors(Cells.Lstm, HiddenSize));
        float[] biases = new float[4 * HiddenSize];
        biases.AsSpan(HiddenSize, HiddenSize).Fill(bias);
        network.Layers[0].InputBias.Import(biases, network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, SequenceLength, BatchSize, pool);
        pass.Forward();
        float[] gains = new float[SequenceLength];
        new CarouselGain().Measure(pass.Layers[0], gains);
        double f = 1 / (1 + Math.Exp(-bias));
        for (int t = 0; t < SequenceLength; t++)
        {
            double expected = Math.Pow(f, SequenceLength - 1 - t);
            Assert.Equal(expected, gains[t], FortyFloatFactors * expected);
            Deviations.Note("carousel gain", Math.Abs(gains[t] - expected) / expected);
        }
    }

    [Fact]
    public void GradientNorm_WithoutRecurrentWeights_IsTheMeasuredCellGradient()
    {
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.Lstm, HiddenSize), SequenceLength, 1);
        Parameter recurrent = setup.Network.Layers[0].RecurrentWeights;
        recurrent.Import(new float[recurrent.Count], setup.Network.Parameters.Span);
        setup.Pass.Forward();
        float[] last = TwinSetup.Gaussian(new SplittableRandom(8), HiddenSize);
        setup.Pass.Layers[0].SetFinalStateGradient(new float[HiddenSize], last);
        setup.Pass.Backward();
        double[] carried = new double[SequenceLength];
        CarouselGradientNorm.Measure(LayerTrajectory.Read(setup.Pass, 0, 0), last, carried);
        float[] measured = new float[SequenceLength];
        new CellGradientNorm().Measure(setup.Pass.Layers[0], measured);
        for (int t = 0; t < SequenceLength; t++)
        {
            Assert.Equal(carried[t], measured[t], FortyFloatFactors * carried[t]);
        }

        TwinSetup.Close(carried, measured, FortyFloatFactors, "carousel gradient");
    }

    [Fact]
    public void Gain_MatchesTheTrajectorysForgetGates()
    {
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.Lstm, HiddenSize), SequenceLength, 1, scale: 0.3);
        setup.Pass.Forward();
        float[] gains = new float[SequenceLength];
        new CarouselGain().Measure(setup.Pass.Layers[0], gains);
        float[] ones = new float[HiddenSize];
        ones.AsSpan().Fill(1);
        double[] norms = new double[SequenceLength];
        CarouselGradientNorm.Measure(LayerTrajectory.Read(setup.Pass, 0, 0), ones, norms);
        double[] expected = Array.ConvertAll(norms, static norm => norm / Math.Sqrt(HiddenSize));
        TwinSetup.Close(expected, gains, FortyFloatFactors, "carousel gain");
    }
}
