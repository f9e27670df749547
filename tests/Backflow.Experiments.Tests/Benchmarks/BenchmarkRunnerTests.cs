using Backflow.Experiments.Benchmarks;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Benchmarks;

public sealed class BenchmarkRunnerTests
{
    private const int Attempts = 5;

    [Theory]
    [InlineData(new[] { 5.0 }, 5, 5)]
    [InlineData(new[] { 3.0, 1, 2 }, 2, 1)]
    [InlineData(new[] { 4.0, 1, 3, 100 }, 3.5, 1)]
    public void Median_OfSamples_IsTheMiddle(double[] values, double median, double minimum)
    {
        Samples samples = new();
        foreach (double value in values)
        {
            samples.Add(value);
        }

        Assert.Equal(median, samples.Median);
        Assert.Equal(minimum, samples.Minimum);
    }

    [Fact]
    public void ToRow_PairsOfRuns_GiveMedianRatios()
    {
        BenchmarkSeries series = new();
        series.AddPeak(200);
        ReadOnlySpan<(double Plain, double Measured)> pairs = [(0.001, 0.00102), (0.004, 0.0041), (0.002, 0.00202)];
        foreach ((double plain, double measured) in pairs)
        {
            series.AddRun(new RunTime(plain / 4, plain));
            series.AddMeasured(measured, plain);
        }

        BenchmarkShape shape = BenchmarkShape.Parse("rnn,64,64,200,1");
        BenchmarkRow row = series.ToRow(shape, threads: 2, keptBytes: 0, recomputedBytes: 0);

        Assert.Equal(2, row.TotalMs, precision: 9);
        Assert.Equal(0.5, row.ForwardMs, precision: 9);
        Assert.Equal(1, row.MinimumMs, precision: 9);
        Assert.Equal(2, row.TelemetryPercent!.Value, precision: 6);
        Assert.Equal(OperationCount.Of(shape) / 0.002 / 1e9, row.Gflops, precision: 9);
        Assert.Equal(row.Gflops / 2, row.PeakPercent, precision: 9);
        Assert.Null(row.RecurrentPercent);
        Assert.Null(row.Recompute);
        Assert.Null(row.VanishingPercent);
        Assert.Null(row.Counts);
    }

    [Fact]
    public void ToRow_VanishingBesideHealthy_ComparesBackwardPasses()
    {
        BenchmarkSeries series = new();
        series.AddPeak(200);
        series.AddRun(new RunTime(0.001, 0.003));
        series.AddVanishing(new RunTime(0.005, 0.0071), new RunTime(0.001, 0.003));
        BenchmarkRow row = series.ToRow(
            BenchmarkShape.Parse("vanish:lstm,8,256,1"), threads: 1, keptBytes: 0, recomputedBytes: 0);
        Assert.Equal(5, row.VanishingPercent!.Value, precision: 6);
        Assert.Equal("vanish", row.Kind);
    }

    [Theory]
    [InlineData("rnn")]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("gru-reset-before")]
    public void Measure_Vanishing_ReachesZeroAndIsTimed(string cell)
    {
        BenchmarkRunner runner = new(new BenchmarkOptions { Repeats = 2 }, TimeProvider.System);
        BenchmarkRow row = runner.Measure(
            BenchmarkShape.Parse($"vanish:{cell},16,256,2"), TestContext.Current.CancellationToken);
        Assert.True(double.IsFinite(row.VanishingPercent!.Value), "The ratio of times is not a number.");
    }

    [Fact]
    public void Measure_VanishingTooShort_SaysHowLong()
    {
        BenchmarkRunner runner = new(new BenchmarkOptions { Repeats = 2 }, TimeProvider.System);
        ExperimentException mistake = Assert.Throws<ExperimentException>(() => runner.Measure(
            BenchmarkShape.Parse("vanish:lstm,16,2,1"), TestContext.Current.CancellationToken));
        Assert.Contains("at least 128", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Measure_Step_AllocatesNothingAndMeetsThreeTimes(int threads)
    {
        BenchmarkRunner runner = new(new BenchmarkOptions { Repeats = 2, Threads = threads }, TimeProvider.System);
        long least = long.MaxValue;
        // A step that allocates does so every time; the runtime, which may load a type in the counted ones, does not.
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            BenchmarkRow row = runner.Measure(
                BenchmarkShape.Parse("step:lstm,16,40,2"), TestContext.Current.CancellationToken);
            least = Math.Min(least, row.Counts!.AllocatedBytes);
            Assert.Equal(3, row.Counts.PhasesPerStep);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Measure_LongSequence_ComparesRecomputingWithKeeping()
    {
        BenchmarkRunner runner = new(new BenchmarkOptions { Repeats = 2 }, TimeProvider.System);
        BenchmarkRow row =
            runner.Measure(BenchmarkShape.Parse("long:lstm,16,8000"), TestContext.Current.CancellationToken);
        Assert.NotNull(row.Recompute);
        Assert.True(
            row.Recompute.Megabytes < 0.75 * row.Recompute.KeptMegabytes,
            $"{row.Recompute.Megabytes} of {row.Recompute.KeptMegabytes} MB are not a saving.");
        Assert.True(double.IsFinite(row.Recompute.TotalPercent), "The ratio of times is not a number.");
    }

    [Fact]
    public void WarmUp_FallingTimes_GoesOnUntilTheyAreStable()
    {
        int runs = 0;
        FakeClock clock = new();
        double stable = new WarmUp(clock, CancellationToken.None).Run(() =>
        {
            double seconds = Math.Max(0.01, 0.08 * Math.Pow(0.9, runs++));
            clock.Advance(seconds);
            return seconds;
        });

        Assert.Equal(0.01, stable);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void PeakProbe_AnyThreads_IsAPlausibleRate(int threads) =>
        Assert.InRange(PeakProbe.Measure(threads, TimeProvider.System), 0.01, 1e5);

    [Fact]
    public void Measure_Cancelled_EndsAtOnce()
    {
        BenchmarkRunner runner = new(new BenchmarkOptions(), TimeProvider.System);
        Assert.Throws<OperationCanceledException>(
            () => runner.Measure(BenchmarkShape.Parse("rnn,8,8,4,1"), new CancellationToken(canceled: true)));
    }
}
