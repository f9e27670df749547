using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class LyapunovExponentsTests
{
    /// <summary>ρ·Q is stored in float: its singular values miss ρ by about 1e-7 relative.</summary>
    private const double FloatWeights = 1e-6;

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(1.3)]
    public void Measure_LinearNetworkWithRhoTimesOrthogonal_GivesLogRhoForEveryExponent(double rho)
    {
        // ReLU with states held positive by the bias is linear; a rotation in planes plus a permutation is orthogonal.
        const int Units = 12;
        RecurrentNetwork network = new(TwinSetup.Vectors(Cells.RnnRelu, Units));
        float[] weights = new float[Units * Units];
        for (int i = 0; i < Units; i += 2)
        {
            (double sin, double cos) = Math.SinCos(0.3 + (0.2 * i));
            weights[(i * Units) + i] = weights[((i + 1) * Units) + i + 1] = (float)(rho * cos);
            weights[(i * Units) + i + 1] = (float)(-rho * sin);
            weights[((i + 1) * Units) + i] = (float)(rho * sin);
        }

        float[] bias = new float[Units];
        bias.AsSpan().Fill(1e20f);
        network.Layers[0].RecurrentWeights.Import(weights, network.Parameters.Span);
        network.Layers[0].InputBias.Import(bias, network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, 1, 1, pool);
        double[] exponents = Average(pass, Units);
        foreach (double exponent in exponents)
        {
            Assert.Equal(Math.Log(rho), exponent, FloatWeights);
        }

        Deviations.Note("Lyapunov, linear", exponents.Max(exponent => Math.Abs(exponent - Math.Log(rho))));
    }

    [Fact]
    public void Measure_RandomTanhNetwork_TopExponentCrossesZeroAtGainOne()
    {
        // Sompolinsky, Crisanti & Sommers 1988. At H = 64 the spectral radius of a Gaussian matrix is 1 ± 0.1 of its
        // limit g (circular law), which is how far the crossing may lie from gain 1.
        const double FiniteSize = 0.1;
        double quiet = TopExponent(0.8);
        double chaotic = TopExponent(2);
        double crossing = 0.8 * Math.Exp(-quiet);
        Assert.True(quiet < 0, $"λ₁ at gain 0.8 is {quiet:G4}.");
        Assert.True(chaotic > 0, $"λ₁ at gain 2 is {chaotic:G4}.");
        Assert.InRange(crossing, 1 - FiniteSize, 1 + FiniteSize);
        Deviations.Note("Lyapunov, crossing gain", Math.Abs(crossing - 1));
    }

    [Fact]
    public void Measure_AnyCount_SumsToTheMeanLogDeterminant()
    {
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.Lstm, 5), 9, 1, scale: 0.8);
        setup.Pass.Forward();
        LayerTrajectory trajectory = LayerTrajectory.Read(setup.Pass, 0, 0);
        double[] exponents = LyapunovExponents.Measure(trajectory, 10);
        double expected = Enumerable.Range(0, 9).Average(
            t => SquareProduct.SingularValues(StepJacobian.Compute(trajectory, t), 10).Sum(Math.Log));
        TwinSetup.Close([expected], [exponents.Sum()], 1e-9, "Lyapunov, sum against log determinant");
    }

    [Theory]
    [InlineData("rnn")]
    [InlineData("gru")]
    public void Measure_AllExponents_SumAsThoseThatFlossingFollows(string cellName)
    {
        CellDescription cell = Cells.Named(cellName);
        // The sum is the mean ln|det Jₜ|, whatever the directions start from. Flossing computes the states again in
        // double.
        const double FloatStates = 1e-5;
        using TwinSetup setup = new(TwinSetup.Vectors(cell, 5), 9, 1, scale: 0.8);
        setup.Pass.Forward();
        double expected = LyapunovExponents.Measure(LayerTrajectory.Read(setup.Pass, 0, 0), 5).Sum();
        GradientFlossing flossing = new(setup.Pass, 5, seed: 3);
        flossing.Gradient(0, 1);
        Assert.Equal(expected, flossing.Exponents.ToArray().Sum(), FloatStates);
    }

    [Fact]
    public void Measure_DeadUnits_AreMinusInfinity()
    {
        RecurrentNetwork network = new(TwinSetup.Vectors(Cells.RnnRelu, 3));
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, 4, 1, pool);
        pass.Forward();
        double[] exponents = LyapunovExponents.Measure(LayerTrajectory.Read(pass, 0, 0), 2);
        Assert.All(exponents, static exponent => Assert.Equal(double.NegativeInfinity, exponent));
    }

    private static double[] Average(NetworkPass pass, int units)
    {
        float[] state = new float[units];
        state.AsSpan().Fill(1);
        pass.Layers[0].SetInitialState(state);
        pass.Forward();
        return LyapunovExponents.Measure(LayerTrajectory.Read(pass, 0, 0), units);
    }

    private static double TopExponent(double gain)
    {
        const int Units = 64;
        RecurrentNetwork network = new(TwinSetup.Vectors(Cells.RnnTanh, Units));
        float[] weights = TwinSetup.Gaussian(new SplittableRandom(2), Units * Units, gain / Math.Sqrt(Units));
        network.Layers[0].RecurrentWeights.Import(weights, network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, 400, 1, pool);
        pass.Layers[0].SetInitialState(TwinSetup.Gaussian(new SplittableRandom(3), Units));
        pass.Forward();
        return LyapunovExponents.Measure(LayerTrajectory.Read(pass, 0, 0), 1, transient: 100)[0];
    }
}
