using Backflow.Engine.Kernels.Reference;
using Backflow.Engine.Verification;

namespace Backflow.Engine.Tests.Verification;

public sealed class DifferenceQuotientTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void Measure_ExactlyAtAKink_GivesNothing() => Assert.Null(SlopeOfReluAt(0));

    [Theory]
    [InlineData(1.0, 1)]
    [InlineData(1e-4, 1)]
    [InlineData(-1e-4, 0)]
    [InlineData(-1.0, 0)]
    public void Measure_BesideAKink_StaysOnItsSide(double bias, double slope) =>
        Assert.Equal(slope, SlopeOfReluAt(bias)!.Value, Tolerance);

    [Theory]
    [InlineData(0.3)]
    [InlineData(-2.5)]
    [InlineData(40.0)]
    public void Measure_SmoothFunction_IsItsDerivativeAndRestoresTheValue(double bias)
    {
        ReferenceNetwork twin = OneUnit(Cells.RnnTanh, bias);
        double expected = 1 - (Math.Tanh(bias) * Math.Tanh(bias));
        Assert.Equal(expected, Slope(twin, bias)!.Value, Tolerance);
        Assert.Equal(bias, twin.Parameter("bias_ih_l0")[0]);
    }

    private static double? SlopeOfReluAt(double bias) => Slope(OneUnit(Cells.RnnRelu, bias), bias);

    private static double? Slope(ReferenceNetwork twin, double bias)
    {
        DifferenceQuotient quotient = new(twin, dropoutKey: null);
        quotient.Begin();
        return quotient.Measure(bias, offset => twin.Parameter("bias_ih_l0")[0] = bias + offset);
    }

    // L = φ(bias)
    private static ReferenceNetwork OneUnit(CellDescription cell, double bias)
    {
        NetworkOptions options = new() { InputSize = 1, Layers = [new LayerOptions(cell, 1)] };
        ReferenceNetwork twin = new(options, sequenceLength: 1, batchSize: 1);
        twin.OutputGradient[0] = 1;
        twin.Parameter("bias_ih_l0")[0] = bias;
        return twin;
    }
}
