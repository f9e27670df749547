using Backflow.Experiments.Benchmarks;
using Xunit;

namespace Backflow.Experiments.Tests.Benchmarks;

public sealed class OperationCountTests
{
    [Theory]
    [InlineData("rnn,64,64,200,1", 6.0 * 200 * 1 * 1 * 64 * 128)]
    [InlineData("lstm,128,32,64,32", 6.0 * 64 * 32 * 4 * 128 * 160)]
    [InlineData("gru,512,512,100,64", 6.0 * 100 * 64 * 3 * 512 * 1024)]
    [InlineData("gru-reset-before,8,4,3,2", 6.0 * 3 * 2 * 3 * 8 * 12)]
    [InlineData("step:lstm,128,64,32", 6.0 * 64 * 32 * ((4 * 128 * 160) + (4 * 128 * 256) + (65 * 128)))]
    [InlineData("char:lstm,512", 2.0 * ((4 * 512 * 544) + (4 * 512 * 1024) + (65 * 512)))]
    public void Of_Shape_CountsItsProducts(string shape, double operations) =>
        Assert.Equal(operations, OperationCount.Of(BenchmarkShape.Parse(shape)));
}
