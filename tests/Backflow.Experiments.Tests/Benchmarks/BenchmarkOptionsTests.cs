using Backflow.Experiments.Benchmarks;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Benchmarks;

public sealed class BenchmarkOptionsTests
{
    [Theory]
    [InlineData(1e-3)]
    [InlineData(BenchmarkOptions.MaximumSeconds)]
    public void Validate_SecondsWithinTheirRange_AreTaken(double seconds) =>
        new BenchmarkOptions { Seconds = seconds }.Validate();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(BenchmarkOptions.MaximumSeconds + 1)]
    public void Validate_OtherSeconds_AreRefused(double seconds) => Assert.Throws<ExperimentException>(
        () => new BenchmarkOptions { Seconds = seconds }.Validate());
}
