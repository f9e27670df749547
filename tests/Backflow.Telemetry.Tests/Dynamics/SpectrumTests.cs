using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class SpectrumTests
{
    [Fact]
    public void Compute_NonNormalMatrix_TellsRadiusAndNormApart()
    {
        // λ = 0.5 twice; σ₁² is the larger root of x² − (0.25 + 0.25 + 100)x + 0.0625.
        SpectrumResult result = Spectrum.Compute([0.5, 10, 0, 0.5], 2);
        Assert.Equal(0.5, result.Radius, 1e-7);
        Deviations.Note("spectral radius", Math.Abs(result.Radius - 0.5));
        double expected = Math.Sqrt((100.5 + Math.Sqrt((100.5 * 100.5) - 0.25)) / 2);
        TwinSetup.Close([expected], [result.Norm], 1e-12, "spectral norm");
    }

    [Fact]
    public void Compute_RandomMatrix_HasTraceAndFrobeniusNormOfTheMatrix()
    {
        const int Size = 20;
        float[] values = TwinSetup.Gaussian(new SplittableRandom(1), Size * Size);
        double[] matrix = Array.ConvertAll(values, static value => (double)value);
        SpectrumResult result = Spectrum.Compute(matrix, Size);
        double trace = Enumerable.Range(0, Size).Sum(i => matrix[(i * Size) + i]);
        TwinSetup.Close([trace], [result.Eigenvalues.Sum(static value => value.Real)], 1e-10, "sum of eigenvalues");
        Assert.Equal(0, result.Eigenvalues.Sum(static value => value.Imaginary), 1e-10);
        double[] singularValues = SquareProduct.SingularValues(matrix, Size);
        TwinSetup.Close([TwinSetup.Norm(matrix)], [TwinSetup.Norm(singularValues)], 1e-12, "singular values");
        Assert.True(result.Radius <= result.Norm);
    }

    [Theory]
    [InlineData(1e-320)]
    [InlineData(1e-200)]
    [InlineData(1e-160)]
    [InlineData(1e160)]
    [InlineData(1e300)]
    public void Compute_NumbersWhoseSquaresLeaveDouble_AreScaled(double unit)
    {
        // Products of Jacobians over hundreds of timesteps become that small, and that large.
        const int Size = 12;
        const double Subnormal = 1e-3;
        float[] values = TwinSetup.Gaussian(new SplittableRandom(1), Size * Size);
        double[] matrix = Array.ConvertAll(values, static value => (double)value);
        SpectrumResult expected = Spectrum.Compute(matrix, Size);
        SpectrumResult result = Spectrum.Compute(Array.ConvertAll(matrix, value => value * unit), Size);
        double tolerance = unit < 1e-300 ? Subnormal : 1e-12;
        Assert.Equal(1, result.Norm / unit / expected.Norm, tolerance);
        Assert.Equal(1, result.Radius / unit / expected.Radius, tolerance);
    }

    [Fact]
    public void Compute_Zero_IsZero()
    {
        SpectrumResult result = Spectrum.Compute(new double[9], 3);
        Assert.Equal(0, result.Norm);
        Assert.Equal(0, result.Radius);
    }

    [Fact]
    public void Compute_NotFinite_IsNaN()
    {
        SpectrumResult result = Spectrum.Compute([1, double.NaN, 0, 1], 2);
        Assert.Equal(double.NaN, result.Radius);
        Assert.Equal(double.NaN, result.Norm);
    }

    [Fact]
    public void Worker_EveryGate_FromTheParametersOfTheRequestedStep()
    {
        RecurrentNetwork network = new(TwinSetup.Vectors(Cells.Lstm, 40));
        Parameter recurrent = network.Layers[0].RecurrentWeights;
        float[] weights = new float[recurrent.Count];
        for (int gate = 0; gate < 4; gate++)
        {
            for (int i = 0; i < 40; i++)
            {
                weights[(((gate * 40) + i) * 40) + i] = gate + 1;
            }
        }

        recurrent.Import(weights, network.Parameters.Span);
        List<SpectrumMeasurement> found = [];
        using (SpectrumWorker worker = new(network, TimeProvider.System))
        {
            Assert.True(worker.TryRequest(step: 5));
            network.Parameters.Clear();
            worker.Dispose();
            while (worker.TryTake(out SpectrumMeasurement? measurement))
            {
                found.Add(measurement);
            }
        }

        SpectrumMeasurement[] first = [.. found.Where(static m => m.Step == 5)];
        Assert.Equal([0, 1, 2, 3], first.Select(static m => m.Gate));
        Assert.All(first, static m => Assert.Equal(m.Gate + 1, m.Result.Radius, 1e-9));
        Assert.All(first, static m => Assert.Equal(m.Gate + 1, m.Result.Norm, 1e-9));
    }

    /// <summary>The steps of a short training are over before its first spectrum is computed.</summary>
    [Fact]
    public void Worker_TwentyRequestsAtOnce_AreAllDoneByTheEnd()
    {
        RecurrentNetwork network = new(TwinSetup.Vectors(Cells.RnnTanh, 8));
        SpectrumWorker worker = new(network, TimeProvider.System);
        for (int step = 1; step <= SpectrumWorker.MostWaiting; step++)
        {
            Assert.True(worker.TryRequest(step));
        }

        worker.Dispose();
        for (int step = 1; step <= SpectrumWorker.MostWaiting; step++)
        {
            Assert.True(worker.TryTake(out SpectrumMeasurement? measurement));
            Assert.Equal(step, measurement.Step);
        }
    }

    [Theory]
    [InlineData(1_000, SpectrumWorker.MostWaiting)]
    [InlineData(1 << 20, 4)]
    [InlineData(1 << 22, 1)]
    [InlineData(1 << 28, 1)]
    public void Worker_CopiesOfParameters_FitInto16MiB(int parameters, int copies) =>
        Assert.Equal(copies, SpectrumWorker.CopiesOf(parameters));

    [Fact]
    public void Worker_MoreThanItsShareOfTheTime_RestsUntilTimeHasPassed()
    {
        // Every reading is five seconds after the last, so a spectrum takes five.
        TickingClock clock = new(TimeSpan.FromSeconds(5));
        using SpectrumWorker worker = new(new RecurrentNetwork(TwinSetup.Vectors(Cells.RnnTanh, 4)), clock);
        Assert.True(worker.TryRequest(step: 1));
        SpinWait.SpinUntil(() => !worker.IsBusy);

        // The first holds compilation and is not counted.
        Assert.True(worker.TryRequest(step: 2));
        SpinWait.SpinUntil(() => !worker.IsBusy);

        // 5 s are within 3 s + 2 % of the time once 100 s have passed: 20 readings, of which seven are made.
        int refused = 0;
        while (!worker.TryRequest(step: 3))
        {
            refused++;
        }

        Assert.Equal(13, refused);
        Assert.Equal(refused, worker.Dropped);
    }
}
