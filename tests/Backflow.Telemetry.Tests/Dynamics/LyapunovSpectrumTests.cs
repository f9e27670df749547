using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class LyapunovSpectrumTests
{
    /// <summary>R is stored in float.</summary>
    private const double FloatWeights = 1e-6;

    [Fact]
    public void Measure_LinearNetworkWithDifferentEigenvalues_GivesTheirLogarithms()
    {
        double[] eigenvalues = [1.2, 0.7, 0.2];
        using LinearNetwork network = new(eigenvalues, timesteps: 100);
        LyapunovSpectrum spectrum =
            LyapunovSpectrum.Measure([network.Trajectory], 3, TestContext.Current.CancellationToken);
        for (int i = 0; i < eigenvalues.Length; i++)
        {
            Assert.Equal(Math.Log(eigenvalues[i]), spectrum.Exponents[i], FloatWeights);
            Deviations.Note(
                "Lyapunov, linear with different eigenvalues",
                Math.Abs(Math.Log(eigenvalues[i]) - spectrum.Exponents[i]));
        }

        Assert.Equal(75, spectrum.Timesteps);
        Assert.All(spectrum.StandardErrors, static error => Assert.True(double.IsNaN(error)));
    }

    [Fact]
    public void Measure_SeveralSequences_AreMeansWithTheirStandardError()
    {
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.Gru, 4), 12, 3, scale: 0.8);
        setup.Pass.Forward();
        LayerTrajectory[] trajectories =
            [.. Enumerable.Range(0, 3).Select(sequence => LayerTrajectory.Read(setup.Pass, 0, sequence))];
        LyapunovSpectrum spectrum = LyapunovSpectrum.Measure(trajectories, 2, TestContext.Current.CancellationToken);
        ImmutableArray<double> each =
            [.. trajectories.Select((one, i) => LyapunovExponents.Measure(one, 2, 3, (ulong)i)[0])];
        double mean = (each[0] + each[1] + each[2]) / 3;
        double variance = each.Sum(one => (one - mean) * (one - mean)) / 2;
        Assert.Equal(mean, spectrum.Exponents[0], 1e-12);
        Assert.Equal(Math.Sqrt(variance / 3), spectrum.StandardErrors[0], 1e-12);
        Assert.True(spectrum.StandardErrors[0] > 0);
        Assert.Equal((27, 3), (spectrum.Timesteps, spectrum.Sequences));
    }

    [Fact]
    public void Measure_DeadUnits_AreMinusInfinityWithoutAnError()
    {
        RecurrentNetwork network = new(TwinSetup.Vectors(Cells.RnnRelu, 3));
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, 4, 2, pool);
        pass.Forward();
        LyapunovSpectrum spectrum = LyapunovSpectrum.Measure(
            [LayerTrajectory.Read(pass, 0, 0), LayerTrajectory.Read(pass, 0, 1)],
            1,
            TestContext.Current.CancellationToken);
        Assert.Equal(double.NegativeInfinity, spectrum.Exponents[0]);
        Assert.Equal(double.NaN, spectrum.StandardErrors[0]);
    }
}
